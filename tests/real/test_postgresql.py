"""The recipe of docs/self-hosted.md, with the real server of PostgreSQL."""

import json
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from co_program import ROOT

pytestmark = pytest.mark.real

DEBIAN = Path("/usr/lib/postgresql")
PAGES = {
    "retries.md": "A request that fails is retried twice, after half a second and a second.",
    "keys.md": "A key is stored in a file that only its owner can read. O'Neill said so.",
    "colours.md": "NO_COLOR turns colours off; \\ and % are characters like others.",
}


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL; skip the test without it."""
    found = shutil.which(name) or next(map(str, DEBIAN.glob(f"*/bin/{name}")), None)
    if not found:
        pytest.skip(f"no {name}: apt-get install postgresql")
    return found


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """Run a server with the table `pages`; yield the variables that name it."""
    initdb, control, psql = map(program, ("initdb", "pg_ctl", "psql"))
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path("/tmp") / f"co-postgresql-{os.getpid()}"  # sockets have short paths
    folder.mkdir(mode=0o700)
    shutil.chown(folder, user)
    data = folder / "data"
    options = f"-c listen_addresses= -c unix_socket_directories={folder}"

    def run(*words: str | Path) -> None:
        subprocess.run(
            words, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL
        )

    environ = {"PGHOST": str(folder), "PGDATABASE": "postgres", "PGUSER": user}
    try:
        run(initdb, "-D", data, "-A", "trust", "-U", user)
        run(control, "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        rows = ",".join(
            f"('{name}', '{text.replace(chr(39), chr(39) * 2)}')"
            for name, text in PAGES.items()
        )
        setup = (
            f"CREATE TABLE pages(id text, body text); INSERT INTO pages VALUES {rows}"
        )
        subprocess.run([psql, "-qc", setup], env={**os.environ, **environ}, check=True)
        yield environ
    finally:
        run(control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def recipe() -> str:
    """Return the script as it is printed."""
    page = (ROOT / "docs/self-hosted.md").read_text()
    found = re.findall(r"```bash\n(#!/bin/bash\n.*?)```", page, re.DOTALL)
    return next(script for script in found if "psql" in script)


@pytest.mark.parametrize(
    ("question", "id_"),
    [
        ("When do we retry?", "retries.md"),
        ("Who is O'Neill, and can he read \\ my key?", "keys.md"),
    ],
)
def test_candidates_of_postgresql_are_ranked_cited_and_keep_their_ids(
    co, database, question, id_
):
    co.environ |= {**database, "CO_PROFILE": "sandbox"}
    script = recipe().replace("'When do we retry?'", '"$1"')
    whole = co.shell(_call(script, question))
    assert (whole.returncode, whole.stderr.count(b"co: ")) == (0, 2)
    answer = co.shell(_call(script.replace("-d -", "-d - -o json"), question))
    citations = json.loads(answer.stdout)["message"]["citations"]
    assert citations[0]["sources"][0]["id"] == id_
    assert citations[0]["text"] in PAGES[id_]


def _call(script: str, question: str) -> str:
    quoted = question.replace("'", "'\\''")
    return f"set -- '{quoted}'\n{script}"
