"""D7 to D9: what a file of settings, or any other, may do to its reader."""

from collections.abc import Callable, Iterator

from tests.faults.homes import OLD, holding, in_bytes
from tests.faults.rows import Case, Outcome, Row

_BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def _unchanged(name: str, data: str | bytes) -> Callable[[Outcome], Iterator[str]]:
    """The file is as it was, and nothing lies beside it."""

    def check(outcome: Outcome) -> Iterator[str]:
        folder = outcome.home / "config"
        if (folder / name).read_bytes() != (in_bytes(data)):
            yield f"{name} has changed"
        # A login writes the address first: without its key, it only asks for one.
        others = {path.name for path in folder.iterdir()} - {
            name,
            ".lock",
            "config.toml",
        }
        if others:
            yield f"left behind: {others}"

    return check


CASES: tuple[Case, ...] = (
    *(
        Row(
            case=case,
            fault=f"{name}: {data[:30]!r}",
            words=("chat", "Hi", "-p", "old"),
            before=holding({f"config/{name}": data}),
            code=3,
            says=says,
            also=_unchanged(name, data),
        )
        for case, name, data, says in (
            ("D7", "config.toml", "a = [\n", ("co: * (*config.toml:*)", "hint: *")),
            ("D7", "keys.toml", OLD[:40], ("co: * (*keys.toml:*)", "hint: *")),
            (
                "D7",
                "keys.toml",
                OLD.encode() + b"\xff",
                ("co: * (*keys.toml:*)", "hint: *"),
            ),
            ("D7", "config.toml", b"a = 1\0", ("co: * (*config.toml:*)", "hint: *")),
            (
                "D7",
                "keys.toml",
                "[profiles.old]\nkey = 1\n",
                ("co: * (*keys.toml:*)", "hint: *"),
            ),
            (
                "D8",
                "config.toml",
                "version = 9\n",
                ("co: * (*config.toml:1)", "hint: *"),
            ),
            (
                "D8",
                "config.toml",
                "[profiles.old]\nshine = 1\n",
                ("co: * (*config.toml:2)", "hint: *"),
            ),
            (
                "D9",
                "config.toml",
                "#" * (2 << 20),
                ("co: config.toml is larger than 1 MiB (*)", "hint: *"),
            ),
            (
                "D9",
                "config.toml",
                "a = " + "[" * 20_000,
                ("co: * (*config.toml*)", "hint: *"),
            ),
        )
    ),
    Row(
        case="D7",
        fault="a damaged file among the indexes, and a question that no file answers",
        words=("ask", "zebra?", "{home}/notes", "-p", "sandbox"),
        before=holding({"notes/a.md": "A fox.\n", "cache/index/a.db": "\0\1\2"}),
        code=9,
        says=("co: nothing was asked: no passage has a word *", "hint: *"),
    ),
    Row(
        case="D8",
        fault="a recording of a later version",
        words=("replay", "{home}/later.rec"),
        before=holding(
            {"later.rec": '{"co-recording": 9, "url": "x", "content-type": "y"}\n'}
        ),
        code=3,
        says=(
            "co: unsupported version of the recording format (*later.rec:1)",
            "hint: *",
        ),
    ),
    *(
        Row(
            case="D9",
            fault=f"{fault} for {flag}",
            words=("chat", "Hi", "--dry-run", flag, f"{{home}}/{name}"),
            before=holding({name: data}),
            code=3,
            says=None,
        )
        for flag in ("-f", "-d")
        for name, data, fault in (
            ("bomb.yaml", _BOMB, "aliases"),
            ("deep.json", "[" * 200_000, "nesting"),
            ("deep.yaml", "[" * 5_000, "nesting"),
        )
    ),
)
