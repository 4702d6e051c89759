"""Strings that break programs, and mutations of them; a table, and a few functions."""

from random import Random

from tests.faults.rows import CANARY

TEXTS = (
    *("", " ", "\t", "\n", "a\nb", "-", "--", "---", "-x", "--x", "@", "@@", "@@x"),
    *("@rain.txt", "@missing", "@-", "@folder", "@bytes", "~", "~/x", "~nobody-here/x"),
    *("null", "true", "NaN", "nan", "inf", "-inf", "0", "-0", "-1", "1", "0.5"),
    *("1e999",),
    *("1_000", "٣", "½", "0x10", "1e-400", "9" * 20, "9" * 400, "9" * 5000),
    *("18446744073709551616", "2.5", "1,5", "00", "+1", " 1 ", "1.", ".5"),
    *("é", "日本語", "😀", "e\u0301", "\u202eabc", "\u200b", "\ufeff", "\u2028"),
    *("\x1b[31m",),
    *("\x07", "\x7f", "\x9b31m", "\x1b]0;x\x07", "\r", "\x0b\x0c", "\udcff", "\udc80a"),
    *("[bold]", "[/]", "[/bold]", "[link=x]", ":smile:", "%s", "%n%s", "{}", "{0}"),
    *("{x!r}",),
    *("$(x)", "`x`", "${HOME}", "$HOME", ";", "|", "'", '"', "\\", "a\\", "'x", "*"),
    *("?",),
    *("[", "]", "[z-a]", "{", "}", "[]", "[1", '{"a"', '{"a": 1}', '{"a": 1, "a": 2}'),
    *('{"a": NaN}', "[[[[[[[[", "[" * 2000, '{"a":' * 2000, "- " * 2000, "a: &a [*a]"),
    *("&a [*a, *a]", "!!python/object:os.system x", "? x", "a: b: c", "%YAML 9"),
    *("---\n...",),
    *("name, age int", "name str?", "a int, a int", "x[]", "x{}", ",", "a,,b", "a=b"),
    *("=", "a.b"),
    *("$", "$.", "$[*]", "$..x", "$['x", "$[0", "..", "./", ".", "//", "a/", "a//b"),
    *("a/../b",),
    *("(", ")", "(?", "(a+)+$", "a{1,99999}", "\\1", "[[:x:]]", "a" * 300, "a" * 5000),
    *("a" * 100_000, "é" * 40_000, "x " * 20_000, "text", "json", "auto", "sandbox"),
    *("old",),
    *("chat", "config", "show", "model", "http", "stdin", "None", "default", "active"),
)
"""What an argument, a variable or a file can hold; a lone surrogate is a byte."""

PATHS = (
    *("missing", "folder", "fifo", "unreadable", "unsearchable/x", "loop", "dangling"),
    *("socket",),
    *("rain.txt", "body.yaml", "body.json", "records.jsonl", "table.csv", "image.png"),
    *("bytes",),
    *("empty", "blank", "nasty", "nul", "big", "schema.json", "tools.yaml", "stream"),
    *("tape",),
    *("a" * 256, "a/" * 2100, "a\nb", "\udcff\udcfe", "-", "~", "~/x", "rain.txt/x"),
    *("", "."),
    *("/dev/stdin", "/dev/stdout", "/dev/full", "/dev/null", "/dev/zero", "/dev/tty"),
    *("/proc/self/mem", "/proc/self/environ", "/proc/self/fd/0", "/dev/fd/1"),
    *("/nonexistent/x",),
    *("*.txt", "**/*", "[", "rain.txt:1", "rain.txt:low", "image.png:high", ":"),
    *("file:///x",),
    *("data:image/png;base64,AAAA", "data:,", "no such \x1b[1m", "{url}/x.png"),
    *("folder/new",),
)
"""Of these, those without a slash before them are in the home, or are not."""

URLS = (
    *("{url}", "{url}/", "{url}/v2", "{url}/v2/chat", "{url}/compatibility/v1"),
    *("{dead}",),
    *("http://[::1", "http://[::1]:{port}", "http://[::g]", "http://[v1.x]"),
    *("http://[fe80::1%lo]",),
    *("http://x..y", "https://x..y", "https://.x", "https://x.", "https://.."),
    *("https://-x-",),
    *(f"https://{'a' * 64}.example", f"https://{'a.' * 130}example"),
    *("https://xn--.example",),
    *("https://xn--a.example", "https://é.example", "https://_x.example"),
    *("https://x_y.example",),
    *("https://h.example:0", "https://h.example:65536", "https://h.example:abc"),
    *("https://h:99999999",),
    *("https://h.example:", "https://:1", "https://", "http:", "//h", "h", "h:1"),
    *("ftp://h", "x://"),
    *("https://h.example/?q=1", "https://h.example/#f", "https://h.example/ x"),
    *("https://h\\x",),
    *("HTTPS://H.EXAMPLE", "https://1", "https://0x7f.1", "https://127.1"),
    *("http://127.1:{port}",),
    *("https://999.1.1.1", "http://0.0.0.0:{port}", "https://h.example/%zz"),
    *("https://h/../..",),
    *("https://h%00.example", "https://h\t.example", "socks5://h.example:1"),
    *("socks5h://x..y:1",),
    *("http://localhost:{port}", "http://LOCALHOST:{port}", "https://127.0.0.1:{port}"),
    *("mailto:x",),
    *("http://h.example", "https://h.example", "http://proxy.example:3128"),
    *("https://p.example",),
)
"""`{url}` answers, `{dead}` refuses; a name is never known."""

PASSWORD = ("pwHead7Qx", "pwMid4Kz", "pwTail9Wv")
"""The pieces of a password, none of which may ever turn up."""

_JOINTS = (
    *("", "/", "@", ":", "#", "?", "%", "%2F", "%40", "\\", "[", "]", " ", "é", "//"),
    *("&", "|"),
)
_HOSTS = (
    *("h.example", "x..y", "[::1", "[::1]", "h.example:0", "h.example:abc", ""),
    *("{host}",),
)
_HOSTS += (
    *("h.example:65536", "a" * 64, "é", "127.0.0.1:{port}", "h.example/x?q#f", "xn--a"),
)
_SCHEMES = (
    *("http://", "https://", "", "socks5://", "ftp://", "HTTP://", "//", "http:"),
    *("http:/",),
)


def secret_url(rng: Random) -> str:
    """Return a URL, or nearly one, with a password of more than one piece in it."""
    first, second = rng.choices(_JOINTS, k=2)
    password = f"{PASSWORD[0]}{first}{PASSWORD[1]}{second}{PASSWORD[2]}"
    user = rng.choice(("user:", "user:", "", ":", "u%40x:"))
    end = rng.choice(("@", "@", "@", "@", ""))
    return f"{rng.choice(_SCHEMES)}{user}{password}{end}{rng.choice(_HOSTS)}"


def key(rng: Random) -> str:
    """Return the canary, or something around it that makes it no valid key."""
    before = rng.choice(("", "", "", " ", "Bearer ", "é", "\n", "\udcff", '"'))
    after = rng.choice(
        ("", "", "", "\n", " ", "\r\n", "é", "\x00", "\nx", "\x7f", " x")
    )
    return f"{before}{CANARY}{after}"


def text(rng: Random) -> str:
    """Return any string: of the table, or a mutation."""
    found = rng.choice(rng.choice((TEXTS, TEXTS, PATHS, URLS)))
    return mutated(rng, found) if rng.random() < 0.25 else found


def path(rng: Random) -> str:
    """Return a path; mutations are left out, lest one of them be `/`."""
    return rng.choice(PATHS)


def url(rng: Random) -> str:
    """Return what may be taken for a URL; a third of them have a password."""
    found = secret_url(rng) if rng.random() < 0.35 else rng.choice(URLS)
    return mutated(rng, found) if rng.random() < 0.2 else found


def mutated(rng: Random, base: str) -> str:
    """Return *base* with one to three changes, but nothing that names the root."""
    found = base
    for _ in range(rng.randint(1, 3)):
        at, end = sorted(rng.randint(0, len(found)) for _ in "12")
        added = rng.choice(
            ("", found[at:end] * 2, rng.choice(TEXTS)[:50], chr(rng.randint(1, 0x2FF)))
        )
        found = found[:at] + added + found[end:]
    # A folder such as / or /dev would be read from end to end.
    is_path = found.lstrip("@ ").startswith(("/", "~", ".."))
    return base if is_path else found
