"""What inputs of unusual size and shape cost: CPU time and memory at two sizes.

    python benchmarks/input_sizes.py [WORD ...]

Each case runs in a process of its own, once with an input of a tenth of its size and
once with the whole. A cost that is linear grows tenfold or less; an input that is
refused costs little. With words, only cases whose names contain one of them run. The
exit code is 1 if a case ends in another way than by exit code 0, 3 or 10, takes more
than `MOST_SECONDS` of CPU time, or more than `MOST_GROWTH` times the time of a tenth.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

MOST_SECONDS = 60
MOST_MEMORY = 6 * 2**30
"""Bytes of address space: more ends a run with a `MemoryError`."""
MOST_GROWTH = 16
"""Beyond ten: a larger working set misses the processor's caches more often."""
IGNORED_SECONDS = 2.0
EXPECTED = (0, 3, 10)

CO = [sys.executable, "-m", "cohere_cli"]
CHAT = [*CO, "chat", "hi", "--dry-run", "--elide", "--any-size"]
DOCUMENT = [*CHAT, "-d"]
BODY = [*CO, "chat", "hi", "--dry-run", "--elide", "-f"]
RERANK = [*CO, "rerank", "-q", "x", "--dry-run", "--elide"]
COUNT_RECORDS = """
import io, sys
from cohere_cli.documents.reader import read_records
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.errors import InputProblem
files, bad = sys.argv[1:], BadRecords("skip")
try:
    found = sum(1 for _ in read_records(files, io.BytesIO(), bad=bad))
except InputProblem as exc:
    sys.exit(print(f"{bad.count:,} bad, first: {exc}", file=sys.stderr) or 3)
print(f"{found:,} records, {bad.count:,} bad", file=sys.stderr)
"""
COUNT = [sys.executable, "-c", f"if True:{COUNT_RECORDS}".replace("\n", "\n ")]


class Case(NamedTuple):
    """A file *name*, whose content *pieces* gives for a size, and who reads it.

    *command* gets the file's path as its last argument, unless `FILE` is among its
    words. A file below `config/` is read because `CO_CONFIG_DIR` names that folder.
    """

    size: int
    name: str
    pieces: Callable[[int], Iterable[str]]
    command: list[str]


def joined(
    item: Callable[[int], str], start: str = "", end: str = "", between: str = ","
) -> Callable[[int], Iterator[str]]:
    """Return what gives *item* for each number below a size, between two texts."""

    def pieces(size: int) -> Iterator[str]:
        yield start
        for first in range(0, size, 10_000):
            numbers = range(first, min(first + 10_000, size))
            yield (between if first else "") + between.join(map(item, numbers))
        yield end

    return pieces


def nested(opening: str, inner: str, closing: str) -> Callable[[int], Iterator[str]]:
    """Return what gives *inner* within brackets, as many as a size."""
    return lambda size: iter((opening * size, inner, closing * size))


def long(before: str, text: str, after: str) -> Callable[[int], Iterator[str]]:
    """Return what repeats *text* up to a size, between two others."""
    return lambda size: iter((before, text * (size // len(text)), after))


def laughs(size: int) -> Iterator[str]:
    """Give a YAML file in which each of *size* lines repeats the one above."""
    yield "a0: &a0 [lol]\n"
    for at in range(1, size):
        yield f"a{at}: &a{at} [{f'*a{at - 1},' * 9}]\n"


def profile(number: int) -> str:
    """Return a profile without a parent."""
    return f'[profiles.p{number}]\nmodel = "m"\n'


def heir(number: int) -> str:
    """Return a profile that inherits from the one before."""
    return profile(number) + (f'inherits = "p{number - 1}"\n' if number else "")


def qrels(number: int) -> str:
    """Return a judgement of one of a hundred queries."""
    return f"q{number % 100} 0 d{number} 1\n"


KEYS = joined(lambda at: f'"k{at}":1', "[{", "}]")
DOUBLED = joined(lambda at: f'"k{at // 2}":1', "[{", "}]")
SPREAD = joined(lambda at: f'"k{at // 2}":1', "{", "}")
PROPERTIES = joined(
    lambda at: f'"p{at}":{{"type":"string"}}',
    '{"type":"object","required":["p0"],"properties":{',
    "}}",
)
REFERENCES = joined(
    lambda at: f'"d{at}":{{"$ref":"#/$defs/d{at + 1}"}}',
    '{"type":"object","required":["a"],"properties":{"a":{"$ref":"#/$defs/d0"}},"$defs":{',
    "}}",
)
CIRCLE = joined(
    lambda at: f'"d{at}":{{"$ref":"#/$defs/d{at + 1}"}}',
    '{"type":"object","required":["a"],"properties":{"a":{"$ref":"#/$defs/d0"}},"$defs":{',
    ',"dx":{"$ref":"#/$defs/dx"}}}',
)
MESSAGES = joined(
    lambda _: '{"role":"user","content":"x"}', '{"model":"m","messages":[', "]}"
)
SCHEMA = [*CO, "chat", "hi", "--dry-run", "--elide", "--schema"]
LAB = [*CO, "lab", "--dry-run", "--queries", "queries.tsv", "--labels"]
M = 1_000_000

CASES: dict[str, Case] = {
    "json, keys of one object": Case(4 * M, "x.json", KEYS, RERANK),
    "json, keys, as a document": Case(4 * M, "x.json", KEYS, DOCUMENT),
    "json, duplicate keys": Case(4 * M, "x.json", DOUBLED, COUNT),
    "json, duplicate keys in a body": Case(4 * M, "x.json", SPREAD, BODY),
    "json, numbers": Case(4 * M, "x.json", joined(str, '[{"a":[', "]}]"), RERANK),
    "json, numbers by their spelling": Case(
        4 * M, "x.json", joined(lambda at: f"{at}.50", '[{"a":[', "]}]"), RERANK
    ),
    "json, items that are bad": Case(4 * M, "x.json", joined(str, "[", "]"), COUNT),
    "json, items": Case(4 * M, "x.json", joined(lambda at: f'"{at}"', "[", "]"), COUNT),
    "json, empty lists": Case(
        20 * M, "x.json", joined(lambda _: "[]", '[{"a":[', "]}]"), RERANK
    ),
    "json, brackets": Case(M, "x.json", nested("[", "", "]"), COUNT),
    "json, brackets without ends": Case(M, "x.json", nested('{"a":', "", ""), COUNT),
    "json, one string": Case(500 * M, "x.json", long('["', "abc ", '"]'), COUNT),
    "json, string up to the limit": Case(
        60 * M, "x.json", long('["', "abc ", '"]'), DOCUMENT
    ),
    "json, escapes": Case(60 * M, "x.json", long('["', "\\u00e9", '"]'), COUNT),
    "json, lone surrogates": Case(60 * M, "x.json", long('["', "\\ud800", '"]'), COUNT),
    "json, digits": Case(10 * M, "x.json", long('[{"a":', "1", "}]"), COUNT),
    "json, digits of a fraction": Case(
        10 * M, "x.json", long('[{"a":0.', "1", "}]"), COUNT
    ),
    "json, numbers out of range": Case(
        M, "x.json", joined(lambda _: '{"a":1e999}', "[", "]"), COUNT
    ),
    "json, numbers out of range in one": Case(
        4 * M, "x.json", joined(lambda _: "1e999", '[{"a":[', "]}]"), COUNT
    ),
    "json, bytes that are not UTF-8": Case(
        M, "x.json", joined(lambda _: '"\udcff"', "[", "]"), COUNT
    ),
    "jsonl, keys of one line": Case(
        M, "x.jsonl", lambda size: "".join(KEYS(size))[1:-1], COUNT
    ),
    "jsonl, keys of many lines": Case(
        50, "x.jsonl", lambda size: ("".join(KEYS(100_000))[1:-1] + "\n",) * size, COUNT
    ),
    "jsonl, records": Case(
        M, "x.jsonl", joined(lambda at: f'{{"a":{at},"t":"word"}}\n', between=""), COUNT
    ),
    "jsonl, bad lines": Case(
        M, "x.jsonl", joined(lambda at: f'{{"a":{at}\n', between=""), COUNT
    ),
    "csv, columns": Case(
        M, "x.csv", joined(lambda at: f"c{at}", "", f"\n{',x' * M}\n"), COUNT
    ),
    "csv, columns with the same name": Case(
        M, "x.csv", joined(lambda _: "c", "", "\n1,2\n"), COUNT
    ),
    "csv, columns without names": Case(
        M, "x.csv", joined(lambda _: "", "a,", f"\n{',x' * M}\n"), RERANK
    ),
    "csv, rows": Case(
        M, "x.csv", joined(lambda at: f"{at},b\n", "a,b\n", "", ""), COUNT
    ),
    "csv, rows of another width": Case(
        M, "x.csv", joined(lambda at: f"{at}\n", "a,b\n", "", ""), COUNT
    ),
    "csv, quoted cell": Case(200 * M, "x.csv", long('a,b\n1,"', "x\n", '"\n'), COUNT),
    "csv, quoted cell on a line": Case(
        60 * M, "x.csv", long('a,b\n1,"', "xy", '"\n'), COUNT
    ),
    "csv, quotes never closed": Case(
        100_000, "x.csv", joined(lambda _: '1,"2\n', "a,b\n", "", ""), COUNT
    ),
    "csv, quotes never closed in one": Case(
        4 * M, "x.csv", joined(lambda _: "1,2\n", 'a,b\n"', "", ""), COUNT
    ),
    "tsv, columns": Case(
        M, "x.tsv", joined(lambda at: f"c{at}", "", "\n", "\t"), COUNT
    ),
    "yaml, keys": Case(
        M, "x.yaml", joined(lambda at: f"k{at}: 1\n", "", "", ""), COUNT
    ),
    "yaml, keys in a body": Case(
        M, "x.yaml", joined(lambda at: f"k{at}: 1\n", "", "", ""), BODY
    ),
    "yaml, items": Case(
        M, "x.yaml", joined(lambda at: f"- k{at}\n", between=""), COUNT
    ),
    "yaml, flow sequence": Case(
        M, "x.yaml", joined(lambda at: f"k{at}", "[", "]", ", "), COUNT
    ),
    "yaml, flow sequence in a field": Case(
        M, "x.yaml", joined(lambda at: f"k{at}", "a: [", "]", ", "), COUNT
    ),
    "yaml, bad items": Case(
        M, "x.yaml", joined(lambda at: f"- {at}\n", between=""), COUNT
    ),
    "yaml, laughs": Case(1000, "x.yaml", laughs, COUNT),
    "yaml, aliases": Case(
        M, "x.yaml", joined(lambda _: "*a", "- &a x\n- [", "]\n"), COUNT
    ),
    "yaml, anchors": Case(
        M, "x.yaml", joined(lambda at: f"- &a{at} x\n", between=""), COUNT
    ),
    "yaml, merges": Case(
        100_000,
        "x.yaml",
        joined(lambda at: f"- &a{at + 1}\n  <<: *a{at}\n", "- &a0\n  b: 1\n", "", ""),
        COUNT,
    ),
    "yaml, brackets": Case(100_000, "x.yaml", nested("[", "", "]"), COUNT),
    "yaml, indentation": Case(
        3000, "x.yaml", lambda size: (f"{' ' * at}a:\n" for at in range(size)), COUNT
    ),
    "yaml, comments": Case(
        M, "x.yaml", joined(lambda _: "# x\n", "- a\n", "- b\n", ""), COUNT
    ),
    "yaml, documents": Case(
        M, "x.yaml", joined(lambda _: "--- a\n", between=""), COUNT
    ),
    "text, one line": Case(60 * M, "x.txt", long("", "word ", ""), DOCUMENT),
    "text, one line over the limit": Case(
        200 * M, "x.txt", long("", "word ", ""), DOCUMENT
    ),
    "text, one line without blanks": Case(60 * M, "x.txt", long("", "x", ""), DOCUMENT),
    "text, one line of full stops": Case(60 * M, "x.txt", long("", ". ", ""), DOCUMENT),
    "text, one line of quotes": Case(60 * M, "x.txt", long("", '"', ""), DOCUMENT),
    "text, one line of stops and quotes": Case(
        6 * M, "x.txt", long("", '."', ""), DOCUMENT
    ),
    "text, blank lines": Case(60 * M, "x.txt", long("a", "\n", "b"), DOCUMENT),
    "text, lines": Case(60 * M, "x.txt", long("", "word\n", ""), DOCUMENT),
    "text, lines as records": Case(60 * M, "x.txt", long("", "word\n", ""), COUNT),
    "markdown, headings": Case(
        M, "x.md", joined(lambda at: f"# {at}\n", "", "", ""), DOCUMENT
    ),
    "markdown, headings and text": Case(
        M, "x.md", joined(lambda at: f"# {at}\n\nx\n\n", "", "", ""), DOCUMENT
    ),
    "markdown, blanks in a heading": Case(
        M, "x.md", long("# a", " ", "b\n" + "word " * 500), DOCUMENT
    ),
    "markdown, hashes in a heading": Case(
        M, "x.md", long("# a", " #", "b\n" + "word " * 500), DOCUMENT
    ),
    "markdown, quotes": Case(
        10 * M, "x.md", nested("> ", "x", "\n" + "word " * 500), DOCUMENT
    ),
    "markdown, lists": Case(
        5000,
        "x.md",
        lambda size: (f"{' ' * at}- x\n" for at in range(size)),
        DOCUMENT,
    ),
    "markdown, fences": Case(
        M, "x.md", joined(lambda _: "```\nx\n```\n", "", "", ""), DOCUMENT
    ),
    "markdown, fence never closed": Case(
        M, "x.md", joined(lambda _: "word word\n", "```\n", "", ""), DOCUMENT
    ),
    "restructured, headings": Case(
        M, "x.rst", joined(lambda _: "Title\n=====\n", "", "", ""), DOCUMENT
    ),
    "grep, lines": Case(
        M, "x.txt", joined(lambda at: f"x.txt:{at + 1}:a\n", "", "", ""), COUNT
    ),
    "grep, colons": Case(10 * M, "x.txt", long("x.txt:1:a\n", ":1", ""), COUNT),
    "field, deep path": Case(
        10_000,
        "x.json",
        nested("[", "1", "]"),
        [*RERANK, "--records", ".".join("0" * 10_000)],
    ),
    "schema, properties": Case(100_000, "x.json", PROPERTIES, SCHEMA),
    "schema, chain of references": Case(100_000, "x.json", REFERENCES, SCHEMA),
    "schema, circle of references": Case(100_000, "x.json", CIRCLE, SCHEMA),
    "body, messages": Case(M, "x.json", MESSAGES, BODY),
    "body, unknown fields": Case(
        M, "x.json", joined(lambda at: f'"k{at}":1', "{", "}"), BODY
    ),
    "tools, declarations": Case(
        100_000,
        "x.json",
        joined(lambda at: f'{{"name":"f{at}","description":"x"}}', "[", "]"),
        [*CO, "chat", "hi", "--dry-run", "--elide", "-t"],
    ),
    "lab, judgements": Case(M, "x.tsv", joined(qrels, between=""), LAB),
    "toml, profiles": Case(
        30_000,
        "config/config.toml",
        joined(profile, between=""),
        [*CO, "chat", "hi", "--dry-run"],
    ),
    "toml, profiles, auth list": Case(
        30_000, "config/config.toml", joined(profile, between=""), [*CO, "auth", "list"]
    ),
    "toml, profiles, config show": Case(
        30_000,
        "config/config.toml",
        joined(profile, between=""),
        [*CO, "config", "show"],
    ),
    "toml, chain of profiles": Case(
        20_000, "config/config.toml", joined(heir, between=""), [*CO, "config", "show"]
    ),
    "toml, circle of profiles": Case(
        20_000,
        "config/config.toml",
        joined(heir, '[profiles.a]\ninherits = "a"\n', "", ""),
        [*CO, "config", "show"],
    ),
    "toml, unknown settings": Case(
        50_000,
        "config/config.toml",
        joined(lambda at: f"[profiles.p{at}]\nx=1\n", between=""),
        [*CO, "config", "show"],
    ),
    "toml, bad last line": Case(
        30_000,
        "config/config.toml",
        joined(profile, "", "[profiles.x]\ntimeout = -1\n", ""),
        [*CO, "config", "show"],
    ),
    "toml, name of many parts": Case(
        100_000,
        "config/config.toml",
        lambda size: (".".join("a" * size), " = 1\n"),
        [*CO, "config", "show"],
    ),
    "toml, brackets": Case(
        100_000, "config/config.toml", nested("[", "", "]"), [*CO, "config", "show"]
    ),
    "toml, headers": Case(
        50_000,
        "config/config.toml",
        joined(lambda at: f'X-{at} = "x"\n', "[profiles.a.headers]\n", "", ""),
        [*CO, "config", "show", "-p", "a"],
    ),
}


class Run(NamedTuple):
    """What a run took, how it ended, and the first line of its standard error."""

    seconds: float
    megabytes: float
    code: int
    line: str


def run(case: Case, size: int) -> Run:
    """Run *case* with an input of *size*."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, case.name)
        Path(folder, "config").mkdir(mode=0o700)
        Path(folder, "queries.tsv").write_text("q0\tx\n", encoding="utf-8")
        with path.open("w", encoding="utf-8", errors="surrogateescape") as file:
            file.writelines(case.pieces(size))
        path.chmod(0o600)
        is_config = path.parent.name == "config"
        extra = [] if is_config else [path.name]
        return _measured([*case.command, *extra], folder)


def _measured(command: list[str], folder: str) -> Run:
    home = {"CO_CONFIG_DIR": f"{folder}/config", "CO_DATA_DIR": f"{folder}/data"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | home | {"PYTHONPATH": str(Path(__file__).parents[1])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=_limit,  # noqa: PLW1509 - there are no threads
    )
    assert process.stderr
    first, *_ = [*process.stderr, b""]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    line = first.decode(errors="replace").strip()
    return Run(seconds, usage.ru_maxrss / 1024, process.returncode, line)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def is_good(small: Run, large: Run) -> bool:
    """Whether both ended as expected, and the larger in time."""
    ends = all(one.code in EXPECTED for one in (small, large))
    most = max(MOST_GROWTH * small.seconds, IGNORED_SECONDS)
    return ends and large.seconds <= most


def main(words: list[str]) -> int:
    """Print a row for each case; return the exit code."""
    bad = 0
    print(f"{'case':36} {'size':>11} {'CPU s':>7} {'MB':>6} {'exit':>4}  outcome")
    for name, case in CASES.items():
        if words and not any(word in name for word in words):
            continue
        small, large = (run(case, size) for size in (case.size // 10, case.size))
        for size, one in ((case.size // 10, small), (case.size, large)):
            print(
                f"{name:36} {size:11,} {one.seconds:7.2f} {one.megabytes:6.0f}"
                f" {one.code:4}  {one.line[:90]}",
                flush=True,
            )
        if not is_good(small, large):
            bad += 1
            print(f"{name:36} NOT LINEAR, or refused late")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
