"""Replaces one name of one module of the program as soon as it is imported.

A mutant names what it replaces (`cohere_cli.api.sse.LONGEST_LINE`), not how the source
is written: a defence that is renamed or removed is reported as stale.
"""

import importlib
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class Mutation:
    """In *module*, *name* (dotted: `Class.method`) becomes *expression*.

    The expression may use `old`, what *name* was, the names of *module*, and those of
    this one.
    """

    module: str
    name: str
    expression: str

    def is_stale(self) -> bool:
        """Whether the program has no such name any more."""
        value: object = importlib.import_module(self.module)
        for part in self.name.split("."):
            if not hasattr(value, part):
                return True
            value = getattr(value, part)
        return False

    def apply(self, module: types.ModuleType) -> None:
        """Replace the name in *module*, which was just imported."""
        *path, last = self.name.split(".")
        holder: object = module
        for part in path:
            holder = getattr(holder, part)
        names = {**globals(), **vars(module), "old": getattr(holder, last)}
        setattr(holder, last, eval(self.expression, names))

    def install(self) -> None:
        """Apply it in this process, when the module is first imported."""
        sys.meta_path.insert(0, _Finder(self))


class _Finder(MetaPathFinder):
    def __init__(self, mutation: Mutation) -> None:
        self._mutation = mutation

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: object = None
    ) -> ModuleSpec | None:
        if name != self._mutation.module:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec and spec.loader:
            execute = spec.loader.exec_module

            def mutated(module: types.ModuleType) -> None:
                execute(module)
                self._mutation.apply(module)

            spec.loader.exec_module = mutated
        return spec


def but(value: object, **names: object) -> types.SimpleNamespace:
    """Return a copy of the module *value* in which *names* are others."""
    return types.SimpleNamespace(**{**vars(value), **names})


def ignoring(function: Callable[..., object], word: str) -> Callable[..., object]:
    """Return *function* without those of its errors whose message has *word* in it."""

    @wraps(function)
    def ignorant(*values: object) -> object:
        try:
            return function(*values)
        except Exception as exc:
            if word not in str(exc):
                raise
            return None

    return ignorant


def uncompressed(response: object) -> types.SimpleNamespace:
    """Return *response* as if it had no `content-encoding`."""
    headers = dict(response.headers)
    headers.pop("content-encoding", None)
    return types.SimpleNamespace(headers=headers, iter_bytes=response.iter_bytes)


def retried_after_content(
    self: object, once: object, deadline: object = None
) -> object:
    """Yield what *once* yields, and all of it again after a failure."""
    from cohere_cli.api.deadline import Deadline
    from cohere_cli.api.retry import TransientError

    for attempt in range(3):
        try:
            yield from once(deadline or Deadline(self.max_time))
        except TransientError as failure:
            if attempt == 2:
                raise failure.problem from failure
        else:
            return


__all__ = [
    "Mutation",
    "but",
    "ignoring",
    "partial",
    "retried_after_content",
    "uncompressed",
]
