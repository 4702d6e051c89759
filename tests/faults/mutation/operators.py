"""Mutation operators: each changes one node of a syntax tree.

An operator yields the nodes that a node may be replaced by. They are named after
what is done: negate, drop, guard, compare, limit, flag, logic, hollow, except.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

Operator = Callable[[ast.AST], Iterator[ast.AST]]

_SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_FLAG = re.compile(r"(O|S|SO|MSG|SHUT|LOCK|RLIMIT|SIG)_[A-Z]+")
_OWN_FLAGS = ("PLAIN", "NO_WAIT", "NO_LINK")  # of `cohere_cli.system.open_files`
_MODES = {0o600: 0o666, 0o700: 0o777, 0o077: 0}
_HUGE = 1000
"""What a limit is multiplied by."""
_LEAVING = (ast.Raise, ast.Return, ast.Continue, ast.Break)
_UNREAD = {"annotation", "returns", "decorator_list", "type_params", "msg"}
"""Fields whose nodes do not decide what the program does."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where an operator applies, and what it puts there.

    `function` is the qualified name, `ordinal` counts from 0 the sites of the same
    operator in the same function.
    """

    function: str
    operator: str
    ordinal: int
    put: Callable[[], None]

    @property
    def name(self) -> str:
        """How the site is named in tables and reports."""
        return f"{self.function or 'module'} {self.operator} {self.ordinal}"


def sites(tree: ast.Module) -> Iterator[Site]:
    """Yield all sites of *tree*, always in the same order; `put` changes *tree*."""
    counts: dict[tuple[str, str], int] = {}
    for function, node, put in _nodes(tree):
        for operator, replace in OPERATORS.items():
            for other in replace(node):
                ordinal = counts.get((function, operator), 0)
                counts[function, operator] = ordinal + 1
                yield Site(function, operator, ordinal, _putting(put, other))


def _putting(put: Callable[[ast.AST], None], node: ast.AST) -> Callable[[], None]:
    return lambda: put(node)


def _nodes(
    node: ast.AST, function: str = ""
) -> Iterator[tuple[str, ast.AST, Callable[[ast.AST], None]]]:
    """Yield each node below *node*: its function, itself, and what replaces it."""
    for name, value in ast.iter_fields(node):
        if name in _UNREAD:
            continue
        children = value if isinstance(value, list) else [value]
        for at, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_never_run(child):
                continue
            inner = _qualified(function, child)
            if _is_of_windows(child):
                yield from _nodes(ast.Module(child.orelse, []), inner)
                continue
            yield inner, child, _replacing(node, name, value, at)
            yield from _nodes(child, inner)


def _is_of_windows(node: ast.AST) -> TypeGuard[ast.If]:
    """Whether only its `else` is run on the systems of these tests."""
    win32 = "sys.platform == 'win32'"
    return isinstance(node, ast.If) and ast.unparse(node.test) == win32


def _qualified(function: str, node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return f"{function}.{node.name}".lstrip(".")
    return function


def _replacing(
    holder: ast.AST, name: str, value: object, at: int
) -> Callable[[ast.AST], None]:
    def put(node: ast.AST) -> None:
        if isinstance(value, list):
            value[at] = node
        else:
            setattr(holder, name, node)

    return put


def _is_never_run(node: ast.AST) -> bool:
    """Whether *node* is for type checkers, for direct execution, or unreachable."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="AssertionError"))):
            return True
    return False


def _but(node: ast.AST, **fields: object) -> ast.AST:
    """Return a copy of *node* with other *fields*."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _negate(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield _but(node, test=_opposite(node.test))
    if isinstance(node, ast.comprehension):
        for at, test in enumerate(node.ifs):
            others = [*node.ifs[:at], _opposite(test), *node.ifs[at + 1 :]]
            yield _but(node, ifs=others)


def _opposite(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def _drop(node: ast.AST) -> Iterator[ast.AST]:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if is_call or isinstance(node, ast.Raise | ast.AugAssign):
        yield ast.Pass()


def _guard(node: ast.AST) -> Iterator[ast.AST]:
    """Drop an `if` that leaves; one that only raises is dropped with its `raise`."""
    if not isinstance(node, ast.If) or node.orelse:
        return
    if isinstance(node.body[-1], _LEAVING) and not isinstance(node.body[0], ast.Raise):
        yield ast.Pass()


def _compare(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for at, comparison in enumerate(node.ops):
            other = _SWAPPED[type(comparison)]()
            yield _but(node, ops=[*node.ops[:at], other, *node.ops[at + 1 :]])


def _limit(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            if name.isupper() and _is_number(value):
                yield _but(node, value=_times(value))
        case ast.Compare(comparators=[value]):
            if isinstance(value, ast.Constant) and _is_number(value):
                yield from _grown(node, value)


def _grown(node: ast.AST, value: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(value.value, int | float) and value.value > 1:
        yield _but(node, comparators=[_times(value)])


def _is_number(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _times(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Mult(), ast.Constant(_HUGE))


def _flag(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            for one, other in ((left, right), (right, left)):
                if _is_flag(one):
                    yield other
        case ast.Constant(value=int(value)) if value in _MODES:
            yield ast.Constant(_MODES[value])
        case ast.keyword(value=ast.Constant(value=bool(value))):
            yield _but(node, value=ast.Constant(not value))


def _is_flag(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _OWN_FLAGS
    return isinstance(node, ast.Attribute) and bool(_FLAG.fullmatch(node.attr))


def _logic(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield _but(node, op=other())


def _hollow(node: ast.AST) -> Iterator[ast.AST]:
    """Return at once: nothing, or the parameter that is of the result's type."""
    if not isinstance(node, ast.FunctionDef) or node.returns is None:
        return
    result = ast.unparse(node.returns)
    same = (
        one.arg
        for one in [*node.args.posonlyargs, *node.args.args]
        if one.annotation and ast.unparse(one.annotation) == result
    )
    name = next(same, None)
    if name:
        yield _but(node, body=_leaving(node, ast.Name(name, ast.Load())))
    elif result in ("None", "NoReturn") or result.startswith("Iterator"):
        yield _but(node, body=_leaving(node, None))


def _leaving(node: ast.FunctionDef, value: ast.expr | None) -> list[ast.stmt]:
    """Return the body of *node* after a `return`: a generator has to stay one."""
    return [ast.Return(value), *copy.deepcopy(node.body)]


def _except(node: ast.AST) -> Iterator[ast.AST]:
    """Drop one arm, or the suppression of errors."""
    if isinstance(node, ast.Try) and len(node.handlers) > 1:
        for at in range(len(node.handlers)):
            yield _but(node, handlers=node.handlers[:at] + node.handlers[at + 1 :])
    elif isinstance(node, ast.Try) and node.handlers:
        finish = node.finalbody or [ast.Pass()]
        body = [*node.body, *node.orelse]
        yield ast.Try(body=body, handlers=[], orelse=[], finalbody=finish)
    elif isinstance(node, ast.With) and "suppress" in ast.unparse(node.items[0]):
        yield ast.If(ast.Constant(value=True), node.body, [])


OPERATORS: dict[str, Operator] = {
    "negate": _negate,
    "drop": _drop,
    "guard": _guard,
    "compare": _compare,
    "limit": _limit,
    "flag": _flag,
    "logic": _logic,
    "hollow": _hollow,
    "except": _except,
}
