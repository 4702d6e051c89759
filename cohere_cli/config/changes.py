"""Settings that a command changes: checked before, and never half written."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

from cohere_cli.config import private_files
from cohere_cli.config.entries import check_name, introduction
from cohere_cli.config.profile_tables import SANDBOX, checks
from cohere_cli.config.profiles import Profiles
from cohere_cli.config.route_values import headers
from cohere_cli.config.tables import Edit, Sheet
from cohere_cli.errors import ConfigProblem, UsageProblem


def names() -> tuple[str, ...]:
    """Return the name of each setting of a profile."""
    return (*checks(allow_http=False), "inherits")


def check_setting(setting: str) -> None:
    """Raise `UsageProblem` for the name of no setting; headers.NAME is one, too."""
    if setting.partition(".")[0] != "headers" and setting not in names():
        near = get_close_matches(setting, names(), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names())}"
        raise UsageProblem(f"there is no setting {setting!r}", hint=hint)


def set_value(directory: Path, profile: str, setting: str, text: str) -> None:
    """Set *setting* of *profile*, which may be new, to what *text* means.

    Raises `UsageProblem` with the allowed range; `ConfigProblem` for files that
    cannot be read or written. Then they are as they were.
    """
    check_name(profile)
    check_setting(setting)
    with private_files.locked(directory):
        now = Profiles.load(directory)
        known = now.by_name.get(profile)
        value = _meant(setting, text, allow_http=bool(known and known.allow_http))
        at = ("profiles", profile, *setting.split(".", 1))
        edits = [*introduction(profile, now.by_name, now.active), (at, value)]
        _change(directory, edits, setting)


def unset(directory: Path, profile: str, setting: str) -> bool:
    """Take *setting* from *profile*; say whether the profile itself had it."""
    check_setting(setting)
    with private_files.locked(directory):
        Profiles.load(directory).named(profile)
        sheet = Sheet.read(directory / "config.toml")
        keys = ("profiles", profile, *setting.split(".", 1))
        if keys[-1] not in sheet.table(keys[:-1]):
            return False
        _change(directory, [(keys, None)], setting)
    return True


def edit(
    directory: Path,
    let_edit: Callable[[Path], None],
    is_again: Callable[[ConfigProblem], bool | None],
) -> bool:
    """Have config.toml edited as a draft; say whether it was changed.

    *let_edit* returns once the draft is as it shall be. What is wrong with it,
    *is_again* is asked about: edit again? Raises that problem otherwise, and
    `ConfigProblem` when somebody else has changed the file meanwhile.
    """
    path = directory / "config.toml"
    before = private_files.read(path).data
    with TemporaryDirectory(prefix="co-") as place:
        draft = Path(place) / path.name
        private_files.write(draft, before)
        let_edit(draft)
        while problem := _problem_of(directory, draft):
            if not is_again(problem):
                raise ConfigProblem(f"nothing was changed: {problem}")
            let_edit(draft)
        after = private_files.read(draft).data
    if after == before:
        return False
    with private_files.locked(directory):
        if private_files.read(path).data != before:
            said = f"{path.name} was changed by somebody else meanwhile"
            raise ConfigProblem(said, where=str(path), hint="edit it again")
        private_files.write(path.resolve(), after)
    return True


def _change(directory: Path, edits: Iterable[Edit], setting: str) -> None:
    """Make *edits*, if the profiles are whole with them."""
    path = directory / "config.toml"
    data = Sheet.read(path).edited(edits)
    try:
        _check(directory, Sheet.of(path, data))
    except ConfigProblem as exc:
        # Its line is one of a file that is not written.
        raise UsageProblem(f"{setting} is not changed: {exc.what}") from exc
    private_files.write(path.resolve(), data)


def _problem_of(directory: Path, draft: Path) -> ConfigProblem | None:
    try:
        _check(directory, Sheet.read(draft))
    except ConfigProblem as exc:
        return exc
    return None


def _check(directory: Path, settings: Sheet) -> None:
    keys = Sheet.read(directory / "keys.toml", secret=True)
    found = Profiles.of(directory, settings, keys)
    if found.active and found.active != SANDBOX:
        found.named(found.active, "active")


def _meant(setting: str, text: str, *, allow_http: bool) -> object:
    """Return what *text* means as a value of *setting*."""
    if setting == "inherits":
        return text
    name, dot, header = setting.partition(".")
    check = checks(allow_http=allow_http)[name]
    readings = iter([text]) if dot else _readings(text)
    problem = ""
    for value in readings:
        try:
            headers({header: value}) if dot else check(value)
        except ValueError as exc:
            # What it is as plain text says more than why it is no list.
            problem = problem or str(exc)
        else:
            return value
    raise UsageProblem(f"{setting} {problem}")


def _readings(text: str) -> Iterator[object]:
    """Yield what *text* may mean: itself, a TOML value, a list with commas."""
    yield text
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        read = tomllib.loads(f"value = {text}")
        # A second line could say anything.
        if len(read) == 1:
            yield read["value"]
    yield [word.strip() for word in text.split(",")]
