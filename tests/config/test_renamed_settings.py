import pytest

from cohere_cli.config import profile_reader
from cohere_cli.errors import ConfigProblem


@pytest.fixture(autouse=True)
def _renamed(monkeypatch):
    names = {"chat_model": "model", "chat.heat": "chat.temperature"}
    monkeypatch.setattr(profile_reader, "RENAMED_SETTINGS", names)


def test_a_setting_with_its_old_name_counts_and_the_note_has_the_new_one(
    stored, directory
):
    profiles = stored(
        "[profiles.work]\nchat_model = 'm'\n[profiles.work.chat]\nheat = 0.5\n"
    )
    work = profiles.by_name["work"]
    assert (work.values, work.tables) == ({"model": "m"}, {"chat.temperature": 0.5})
    rename = f"rename it in {directory}/config.toml"
    assert profiles.notes == (
        f"chat_model of profile 'work' is now model: {rename}",
        f"chat.heat of profile 'work' is now chat.temperature: {rename}",
    )


def test_of_both_names_the_new_one_counts(stored):
    profiles = stored("[profiles.work]\nchat_model = 'old'\nmodel = 'new'\n")
    assert profiles.by_name["work"].values == {"model": "new"}


def test_new_names_alone_have_no_note(stored):
    assert stored("[profiles.work]\nmodel = 'm'\n").notes == ()


@pytest.mark.parametrize(
    "text", ["profiles = 5", "[profiles]\nwork = 5", "[profiles.work]\nchat = 5"]
)
def test_what_is_no_table_is_refused_as_before(stored, text):
    with pytest.raises(ConfigProblem, match="must be a table"):
        stored(text)
