"""Mutants that no test can notice, each with the reason.

A row names the module, the function and the operator with its ordinal, as the report
does; a renamed function makes a row stale, and `test_operators` reports it.
"""

EQUIVALENTS: dict[tuple[str, str], str] = {}
