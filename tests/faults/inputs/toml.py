"""Files of settings and keys, each of their values anything that TOML can hold."""

import json
from collections.abc import Callable, Mapping
from random import Random

from cohere_cli.config.settings import SETTINGS
from tests.faults.inputs import strings
from tests.faults.rows import CANARY

_LITERALS = (
    *("true", "false", "0", "-1", "1", "1.5", "nan", "inf", "-inf", "1e999", "9" * 400),
    *("[]", "{}", "[1]", '["a", 1]', "{a = 1}", '{"" = ""}', "1979-05-27", "07:32:00"),
    *('""', "''", '"""x\ny"""', "0xff", "1_0", "[[[[]]]]", '{a = {b = {c = "d"}}}'),
    *('["thinking"]', '["stall"]', '["cut=5"]', '["status=500"]', '["cut=nan"]'),
    *('["x"]',),
    *('{X-A = "b"}', '{Authorization = "b"}', '{X-A = "b\\u0000"}', '{"é" = "b"}'),
    *("{X = 1}",),
)
_PLAUSIBLE: Mapping[str, tuple[str, ...]] = {
    "model": ('"m"',),
    "timeout": ("2", "0.5"),
    "retries": ("0", "1"),
    "key_command": ('"cat key"', '"missing"', '"false"', '"true"'),
    "headers": (f'{{X-Secret = "{CANARY}"}}', '{X-A = "b"}'),
    "sandbox": ("true",),
    "inherits": ('"old"', '"new"', '"missing"', '"sandbox"'),
    "allow_http": ("true", "true"),
}
_FILES = ('"/dev/null"', '"/nonexistent"', '"~/rain.txt"', '"/etc/hostname"')
_NAMES = ("old", "new", "sandbox", "''", '"a b"', '"\\u001b[1m"', '"é"')


def config_files(rng: Random) -> dict[str, bytes]:
    """Return `config.toml` and `keys.toml`, sometimes broken."""
    files = {"config/config.toml": _settings(rng), "config/keys.toml": _keys(rng)}
    if rng.random() < 0.2:
        del files[rng.choice(list(files))]
    return {
        name: _broken(rng, text).encode("utf-8", "surrogateescape")
        for name, text in files.items()
    }


def _broken(rng: Random, text: str) -> str:
    chance = rng.random()
    if chance < 0.08:
        return strings.mutated(rng, text)
    return strings.text(rng) if chance < 0.11 else text


def _settings(rng: Random) -> str:
    active = rng.choice(_NAMES + _LITERALS) if rng.random() < 0.2 else '"old"'
    lines = [f"active = {active}"]
    for name in ["old", *rng.choices(_NAMES[1:], k=rng.choice((0, 0, 1)))]:
        lines.append(f"[profiles.{name}]")
        names = rng.sample(
            [*SETTINGS, "inherits", "nonsense"], rng.choice((0, 1, 1, 2, 3))
        )
        lines += [f"{one} = {_value(rng, one)}" for one in names]
    return "\n".join(lines) + "\n"


def _value(rng: Random, name: str) -> str:
    if name in _PLAUSIBLE and rng.random() < 0.6:
        return rng.choice(_PLAUSIBLE[name])
    is_url = name == "proxy" or name.endswith("url")
    if rng.random() < 0.3:
        return rng.choice(_LITERALS)
    if name.startswith("client_") or name == "ca_bundle":
        return rng.choice(_FILES)
    return quoted((strings.url if is_url else strings.text)(rng))


def _keys(rng: Random) -> str:
    make: Callable[[Random], str] = strings.key
    key = quoted(make(rng)) if rng.random() < 0.7 else rng.choice(_LITERALS)
    url = quoted(strings.url(rng)) if rng.random() < 0.4 else quoted("{url}")
    more = rng.choice(("", "", f"x = {rng.choice(_LITERALS)}\n", 'store = "keyring"\n'))
    return f"[profiles.old]\nkey = {key}\nbase_url = {url}\n{more}"


def quoted(text: str) -> str:
    """Return *text* as a basic string of TOML; a lone surrogate stays a byte."""
    shown = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "".join(f"\\u{ord(one):04x}" if one < " " else one for one in shown)
