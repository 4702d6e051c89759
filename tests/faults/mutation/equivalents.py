"""Mutants that no test can notice, each with the reason.

A row names the module, the function and the operator with its ordinal, as the report
does; a renamed function makes a row stale, and `test_operators` reports it.
"""

EQUIVALENTS: dict[tuple[str, str], str] = {
    (
        "characters/kinds.py",
        "_Kinds.__missing__ compare 0",
    ): "one kind more is remembered",
    (
        "documents/open_file.py",
        "module limit 0",
    ): "a hint for a name in a folder of more than 2,000 takes longer",
    (
        "documents/walk/first_look.py",
        "module flag 0",
    ): "a terminal would have to take the place of a regular file between two calls",
    (
        "documents/walk/work.py",
        "module limit 0",
    ): "it takes minutes to make so many steps; `python -m tests.faults hostile` does",
    (
        "sandbox/http/budget.py",
        "Share.grow_to compare 0",
    ): "room for 0 bytes is there at once",
}
