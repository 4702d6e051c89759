"""What is no text to read: refused where it is named, skipped where it is found."""

from cohere_cli.errors import InputProblem


class Unfit(InputProblem):
    """This file cannot be read as text.

    *reason* is the same in one word or two, for the count of what was skipped.
    """

    def __init__(
        self, what: str, *, reason: str, where: str = "", hint: str = ""
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.reason = reason
