"""The project's tasks: `nox -l` lists them, `nox -s tests` runs one.

`nox` alone runs what has to hold before a commit: style, types, imports, tests.
"""

from pathlib import Path

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
    """Check types, on this system and on Windows."""
    _install(session)
    session.run("mypy")
    session.run("mypy", "--platform", "win32")


@nox.session
def imports(session: nox.Session) -> None:
    """Check which folder imports which."""
    _install(session)
    session.run("lint-imports")


@nox.session
def site(session: nox.Session) -> None:
    """Build the site of docs/; a broken link is an error. `-- serve` shows it."""
    session.install("-e", ".[docs]")
    session.run("mkdocs", *(session.posargs or ["build", "--strict"]))


@nox.session
def written(session: nox.Session) -> None:
    """Rewrite what is written from the code: completions, packages, golden files."""
    _install(session)
    session.run("python", "completions/write.py")
    session.run("python", "man/write.py")
    session.run("python", "packaging/write.py")
    session.run("python", "-m", "tests.interface")
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


@nox.session
def install(session: nox.Session) -> None:
    """Install the wheel in fresh places, with pip, pipx and uv; build it twice."""
    session.install("uv", "pipx", "packaging")
    session.run("python", "packaging/release.py", "--build")
    wheel = next(Path("dist").glob("*.whl"))
    folder = Path(session.create_tmp())
    pipx = {name: f"{folder}/pipx/{name}" for name in ("PIPX_HOME", "PIPX_BIN_DIR")}
    session.run("pipx", "install", "-q", "--force", f"{wheel}[files]", env=pipx)
    uv = {name: f"{folder}/uv/{name}" for name in ("UV_TOOL_DIR", "UV_TOOL_BIN_DIR")}
    session.run("uv", "tool", "install", "-q", "--force", f"{wheel}[files]", env=uv)
    for place in (pipx["PIPX_BIN_DIR"], uv["UV_TOOL_BIN_DIR"]):
        session.run(f"{place}/co", "chat", "Hello", "-p", "sandbox", external=True)
    _install(session)
    session.run("pytest", "-n", "0", "-m", "slow", "tests/install")


@nox.session
def audit(session: nox.Session) -> None:
    """Compare the locked packages with known advisories, where PyPI has them."""
    session.install("uv", "pip-audit", "packaging")
    session.run("uv", "lock", "--check")
    session.run("python", "packaging/audit.py")
