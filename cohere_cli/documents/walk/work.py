"""How much work a search may be, in steps: a count, so that it ends alike anywhere."""

from cohere_cli.errors import InputProblem

MAX_STEPS = 30_000_000
"""Look-ups in a dictionary, or bytes of names matched with globs: some seconds."""


class TooMuchWork(InputProblem):
    """A search whose ignore rules take too long to apply."""


class Work:
    """The steps that a search has left; *source* is what the user named."""

    def __init__(self, source: str, steps: int | None = None) -> None:
        self._source = source
        self._left = MAX_STEPS if steps is None else steps

    def spend(self, steps: int) -> None:
        """Count *steps*; raises `TooMuchWork` if they are more than are left."""
        self._left -= steps
        if self._left < 0:
            what = "too many names for so many ignore rules"
            hint = "name a smaller folder, or the files themselves"
            raise TooMuchWork(what, where=self._source, hint=hint)
