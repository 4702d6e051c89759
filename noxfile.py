"""The project's tasks: `nox -l` lists them, `nox -s tests` runs one.

`nox` alone runs what has to hold before a commit: style, types, imports, tests.
"""

import nox

nox.options.sessions = ["style", "types", "imports", "tests"]
nox.options.reuse_existing_virtualenvs = True


def _install(session: nox.Session) -> None:
    session.install("-e", ".[dev]")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests on all cores; words after `--` go to pytest."""
    _install(session)
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the tests that take longer."""
    _install(session)
    session.run("pytest", "-n", "auto", "-m", "slow", *session.posargs)


@nox.session
def real(session: nox.Session) -> None:
    """Run the tests against servers and clients of other makers."""
    _install(session)
    session.run("pytest", "-m", "real", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Prove each fault's behaviour; `nox -s faults -- --mutate` proves the proof."""
    _install(session)
    session.run("python", "-m", "tests.faults", *session.posargs)


@nox.session
def style(session: nox.Session) -> None:
    """Check style and format; `nox -s style -- --fix` mends what it can."""
    _install(session)
    session.run("ruff", "check", *session.posargs, ".")
    session.run("ruff", "format", *([] if session.posargs else ["--check"]), ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check types."""
    _install(session)
    session.run("mypy")


@nox.session
def imports(session: nox.Session) -> None:
    """Check which folder imports which."""
    _install(session)
    session.run("lint-imports")


@nox.session
def written(session: nox.Session) -> None:
    """Rewrite what is written from the code: completions and golden files."""
    _install(session)
    session.run("python", "completions/write.py")
    session.run("python", "-m", "tests.golden", *session.posargs)


@nox.session(venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Test with the oldest libraries that `pyproject.toml` allows."""
    session.install("--resolution", "lowest-direct", "-e", ".")
    session.install(
        "pytest", "pytest-timeout", "pytest-xdist", "hypothesis", "pexpect", "pyte",
        "trustme", "keyring",
    )  # fmt: skip
    session.run("pytest", "-n", "auto", "tests/golden", "tests/config", "tests/render")
