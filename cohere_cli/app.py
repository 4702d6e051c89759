"""The command tree, and the one boundary where an error becomes an exit code."""


def main() -> None:
    """Run `co`."""
