import pytest

from cohere_cli.config.editing import (
    edit_file,
    require_known_setting,
    set_value,
    setting_names,
    unset_value,
)
from cohere_cli.config.resolution import load_profiles
from cohere_cli.errors import ConfigProblem, UsageProblem


def settings(directory) -> str:
    return (directory / "config.toml").read_text()


@pytest.mark.parametrize(
    ("setting", "text", "line"),
    [
        ("timeout", "120", "timeout = 120"),
        ("timeout", "2.5", "timeout = 2.5"),
        ("retries", "0", "retries = 0"),
        ("rate", "40", "rate = 40"),
        ("model", "command-a-03-2025", 'model = "command-a-03-2025"'),
        ("model", "5", 'model = "5"'),
        ("allow_http", "true", "allow_http = true"),
        ("show", "thinking, usage", 'show = ["thinking", "usage"]'),
        ("hide", "citations", 'hide = ["citations"]'),
        ("show", '["plan"]', 'show = ["plan"]'),
        ("sandbox", "true", "sandbox = true"),
        ("base_url", "https://a.b/v2", 'base_url = "https://a.b/v2"'),
        ("proxy", "http://p:1", 'proxy = "http://p:1"'),
        ("ca_bundle", "~/ca.pem", 'ca_bundle = "~/ca.pem"'),
        ("client_name", "app = 1", 'client_name = "app = 1"'),
        ("key_command", "pass show cohere", 'key_command = "pass show cohere"'),
    ],
)
def test_a_text_becomes_what_the_setting_wants(directory, setting, text, line):
    set_value(directory, "work", setting, text)
    start = 'active = "work"\n\n[profiles.work]\n'
    assert settings(directory) == f"{start}{line}\n"


def test_faults_are_set_in_a_sandbox_alone(directory):
    before = 'active = "a"\n\n[profiles.a]\nsandbox = true\n'
    set_value(directory, "a", "sandbox", "true")
    set_value(directory, "a", "faults", "cut=5, status=429;times=2")
    set_value(directory, "b", "inherits", "a")
    assert settings(directory) == (
        before + 'faults = ["cut=5", "status=429;times=2"]\n'
        '\n[profiles.b]\ninherits = "a"\n'
    )
    shown = r"^cannot change sandbox: faults of profile 'a' need sandbox = true$"
    with pytest.raises(UsageProblem, match=shown):
        unset_value(directory, "a", "sandbox")
    assert unset_value(directory, "a", "faults")
    assert unset_value(directory, "a", "sandbox")


@pytest.mark.parametrize(
    ("setting", "text"), [("headers.X-Team", "true"), ("headers", '{X-Team = "true"}')]
)
def test_headers_are_a_table_of_texts(directory, setting, text):
    set_value(directory, "work", setting, text)
    assert settings(directory) == (
        'active = "work"\n\n[profiles.work.headers]\nX-Team = "true"\n'
    )


SECONDS = "must be a number of seconds above 0, up to 86400"


@pytest.mark.parametrize(
    ("setting", "text", "shown"),
    [
        ("timeout", "0", f"timeout {SECONDS}"),
        ("timeout", "soon", f"timeout {SECONDS}"),
        ("timeout", "1\nmodel = 2", f"timeout {SECONDS}"),
        ("retries", "11", "retries must be a whole number from 0 to 10"),
        ("concurrency", "65", "concurrency must be a whole number from 1 to 64"),
        ("rate", "0", "rate must be a whole number from 1 to 100000"),
        (
            "base_url",
            "http://a.b",
            "base_url must begin with https:// unless it is on this machine",
        ),
        (
            "show",
            "thinkin",
            "show must be a list of any of thinking, plan, tools, results, citations, usage, logprobs",
        ),
        ("allow_http", "yes", "allow_http must be true or false"),
        (
            "headers.X",
            "a\nb",
            "headers.X must have values of printable ASCII characters",
        ),
        ("headers.", "a", "headers. must have names of letters, digits and dashes"),
        ("colour", "a", "unknown setting 'colour'"),
        ("timeout.x", "5", "unknown setting 'timeout.x'"),
        ("key", "canary", "a key is not a setting: it has a file of its own"),
        (
            "inherits",
            "nobody",
            "cannot change inherits: inherits of profile 'work' must be another profile's name",
        ),
        (
            "inherits",
            "work",
            "cannot change inherits: a profile cannot inherit from itself: 'work' from 'work'",
        ),
    ],
)
def test_a_value_out_of_its_range_is_refused_with_the_range(
    directory, setting, text, shown
):
    with pytest.raises(UsageProblem) as caught:
        set_value(directory, "work", setting, text)
    assert str(caught.value) == shown
    assert not (directory / "config.toml").exists()


def test_an_unknown_setting_is_reported_with_the_nearest():
    with pytest.raises(UsageProblem) as caught:
        require_known_setting("modle")
    assert caught.value.hint == "did you mean 'model'?"
    with pytest.raises(UsageProblem) as caught:
        require_known_setting("qqq")
    assert caught.value.hint == f"known: {', '.join(setting_names())}"


def test_the_first_profile_that_is_set_becomes_the_active_one(directory):
    set_value(directory, "work", "model", "m")
    set_value(directory, "home", "inherits", "work")
    profiles = load_profiles(directory)
    assert (profiles.active, profiles.find("home").values["model"]) == ("work", "m")


@pytest.mark.parametrize("name", ["sandbox", "-x"])
def test_no_profile_of_such_a_name_is_made(directory, name):
    with pytest.raises(UsageProblem, match=r"^profile name"):
        set_value(directory, name, "model", "m")
    assert not directory.exists()


COMMENTED = """\
# mine
active = "work"   # for now

[profiles.work]  # the office
model = 'm' # quotes stay
  timeout = 3_0.0
"""


def test_comments_and_layout_stay(stored, directory):
    stored(COMMENTED)
    set_value(directory, "work", "model", "n")
    assert settings(directory) == COMMENTED.replace("'m'", '"n"')
    assert unset_value(directory, "work", "timeout")
    assert settings(directory) == COMMENTED.replace("'m'", '"n"').replace(
        "  timeout = 3_0.0\n", ""
    )


def test_what_a_profile_does_not_say_itself_cannot_be_taken_away(stored, directory):
    stored('[profiles.a]\nmodel = "m"\n[profiles.b]\ninherits = "a"\n')
    before = settings(directory)
    assert not unset_value(directory, "b", "model")
    assert not unset_value(directory, "b", "headers.X")
    assert settings(directory) == before


def test_one_header_is_taken_from_several(stored, directory):
    stored('[profiles.a]\nheaders = { X = "1", Y = "2" }\n')
    assert unset_value(directory, "a", "headers.X")
    assert load_profiles(directory).find("a").values["headers"] == {"Y": "2"}


def test_what_another_setting_needs_is_not_taken_away(stored, directory):
    text = '[profiles.a]\nallow_http = true\nbase_url = "http://a.b"\n'
    stored(text)
    with pytest.raises(UsageProblem) as caught:
        unset_value(directory, "a", "allow_http")
    assert str(caught.value) == (
        "cannot change allow_http: base_url of profile 'a' "
        "must begin with https:// unless it is on this machine"
    )
    assert settings(directory) == text


def test_a_broken_file_is_never_written_over(stored, directory):
    stored("")
    (directory / "config.toml").write_text("[profiles.a]\nmodel = \n")
    with pytest.raises(ConfigProblem, match=r"config\.toml:2\)$"):
        set_value(directory, "a", "model", "m")
    assert settings(directory) == "[profiles.a]\nmodel = \n"


def test_settings_that_are_a_link_are_changed_where_they_are(directory, tmp_path):
    directory.mkdir()
    real = tmp_path / "dotfiles.toml"
    real.write_text("[profiles.work]\n")
    (directory / "config.toml").symlink_to(real)
    set_value(directory, "work", "model", "m")
    assert (directory / "config.toml").is_symlink()
    assert 'model = "m"' in real.read_text()


def writing(*texts):
    """An editor that leaves one text after the other in the draft."""
    coming = iter(texts)
    return lambda draft: draft.write_text(next(coming))


def never(problem) -> bool:
    raise AssertionError(problem)


GOOD = "[profiles.a]\ntimeout = 5\n"
BAD = "[profiles.a]\ntimeout = 0\n"


def test_a_draft_that_is_right_takes_the_files_place(stored, directory):
    stored(GOOD)
    assert edit_file(directory, writing(GOOD.replace("5", "6")), never)
    assert settings(directory) == GOOD.replace("5", "6")
    assert not edit_file(directory, lambda _: None, never)


def test_a_draft_that_is_wrong_is_asked_about_until_it_is_right(stored, directory):
    stored(GOOD)
    asked = []

    def again(problem) -> bool:
        asked.append(problem.what)
        return True

    drafts = writing(BAD, 'active = "b"\n', GOOD.replace("5", "7"))
    assert edit_file(directory, drafts, again)
    assert asked == [f"timeout of profile 'a' {SECONDS}", "there is no profile 'b'"]
    assert settings(directory) == GOOD.replace("5", "7")


@pytest.mark.parametrize("answer", [False, None])
def test_a_wrong_draft_changes_nothing(stored, directory, answer):
    stored(GOOD)
    with pytest.raises(ConfigProblem, match=r"^nothing was changed: timeout"):
        edit_file(directory, writing(BAD), lambda _: answer)
    assert settings(directory) == GOOD


def test_a_file_that_is_broken_can_be_mended(stored, directory):
    stored("")
    (directory / "config.toml").write_text(BAD)
    assert edit_file(directory, writing(GOOD), never)
    assert settings(directory) == GOOD


def test_what_somebody_else_changed_meanwhile_is_not_written_over(stored, directory):
    stored(GOOD)

    def two_at_once(draft) -> None:
        (directory / "config.toml").write_text(GOOD + "# theirs\n")
        draft.write_text(GOOD + "# mine\n")

    with pytest.raises(ConfigProblem, match="was changed by another process meanwhile"):
        edit_file(directory, two_at_once, never)
    assert settings(directory) == GOOD + "# theirs\n"


def test_a_first_file_can_be_written_by_editing(directory):
    assert edit_file(directory, writing(GOOD), never)
    assert settings(directory) == GOOD
    assert (directory / "config.toml").stat().st_mode & 0o777 == 0o600
