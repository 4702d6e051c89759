import sys
import time

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked

from cohere_cli.config import editing, key_stores
from cohere_cli.config.key_stores import (
    delete_from_keyring,
    keyring_name,
    read_keyring,
    write_keyring,
)
from cohere_cli.config.report import profile_summaries
from cohere_cli.config.resolution import load_profiles, resolve
from cohere_cli.config.settings import FlagValues
from cohere_cli.errors import NotAuthenticated

COHERE = "https://api.cohere.com"
FILE = "store the key in a file: `co auth login --store file`"
CANARY = "canary-keyring-0123456789"


class Memory(KeyringBackend):
    """The smallest keyring there is."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


class Hanging(Memory):
    def get_password(self, service, username):
        time.sleep(60)


class Locked(Memory):
    def get_password(self, service, username):
        raise KeyringLocked("the vault is locked")


@pytest.fixture
def use():
    """Make a backend the system's keyring while the test runs."""
    before = keyring.get_keyring()

    def use(backend):
        keyring.set_keyring(backend)
        return backend

    yield use
    keyring.set_keyring(before)


def test_a_key_is_kept_for_one_profile_and_one_server(use):
    memory = use(Memory())
    write_keyring("work", COHERE, CANARY)
    assert memory.kept == {("co", f"work {COHERE}"): CANARY}
    assert read_keyring("work", COHERE) == CANARY
    for profile, url in (("home", COHERE), ("work", "https://a.b")):
        with pytest.raises(NotAuthenticated) as caught:
            read_keyring(profile, url)
        assert str(caught.value) == (
            f"the keyring has no key of profile {profile!r} for {url}"
        )
    delete_from_keyring("work", COHERE)
    delete_from_keyring("work", COHERE)
    assert memory.kept == {}


def test_a_keyring_is_called_by_its_name(use):
    use(Memory())
    assert keyring_name() == "test key stores Memory"


class Plain(Memory):
    priority = 0.5


@pytest.mark.parametrize("backend", [NoKeyring, NullKeyring, Plain])
def test_a_keyring_that_keeps_no_secret_is_none(use, backend):
    use(backend())
    with pytest.raises(NotAuthenticated) as caught:
        keyring_name()
    assert str(caught.value) == "this machine has no secure keyring"
    assert caught.value.hint == FILE


def test_a_keyring_that_hangs_is_left_with_one_clear_line(use, monkeypatch):
    use(Hanging())
    monkeypatch.setattr(key_stores, "KEYRING_TIMEOUT", 0.1)
    with pytest.raises(NotAuthenticated) as caught:
        read_keyring("work", COHERE)
    assert str(caught.value) == "the keyring did not answer within 0.1 s"
    assert caught.value.hint == f"unlock it, or {FILE}"


@pytest.mark.slow
def test_a_keyring_that_hangs_costs_three_seconds(use):
    use(Hanging())
    began = time.monotonic()
    with pytest.raises(NotAuthenticated, match=r"did not answer within 3 s$"):
        read_keyring("work", COHERE)
    assert 2.9 < time.monotonic() - began < 4


@pytest.mark.parametrize(
    ("backend", "shown"),
    [
        (NoKeyring, "this machine has no keyring"),
        (NullKeyring, "the keyring did not store the key"),
        (Locked, "the keyring failed: the vault is locked"),
    ],
)
def test_a_keyring_that_stores_nothing_is_reported_and_no_file_is_written(
    use, directory, backend, shown
):
    use(backend())
    with pytest.raises(NotAuthenticated) as caught:
        editing.login(directory, "work", CANARY, store="keyring")
    assert (str(caught.value), caught.value.hint) == (shown, FILE)
    assert not (directory / "keys.toml").exists()
    assert not (directory / "config.toml").exists()


def test_without_the_extra_its_name_is_reported(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(NotAuthenticated) as caught:
        keyring_name()
    assert str(caught.value) == "keyring support is not installed"
    assert caught.value.hint == "pip install 'cohere-cli[keyring]'"


def test_a_key_in_the_keyring_is_in_no_file(use, directory):
    memory = use(Memory())
    profiles = load_profiles(directory)
    editing.login(profiles.directory, "work", CANARY, "https://a.b", store="keyring")
    assert (directory / "keys.toml").read_text().splitlines()[1:] == [
        "[profiles.work]",
        "keyring = true",
        'base_url = "https://a.b"',
    ]
    profiles = load_profiles(directory)
    settings = resolve(FlagValues(), {}, profiles, sys.stdin)
    assert (settings.key, settings.base_url) == (CANARY, "https://a.b")
    assert profile_summaries(profiles)[0].stored_in == "keyring"
    assert editing.logout(profiles.directory, "work")
    assert memory.kept == {}
    assert load_profiles(directory).find("work").key is None


def test_a_key_that_is_not_used_is_not_asked_for(use, directory):
    use(Memory())
    editing.login(directory, "work", CANARY, store="keyring")
    use(Hanging())
    settings = resolve(
        FlagValues(), {"CO_API_KEY": "abc"}, load_profiles(directory), sys.stdin
    )
    assert settings.key == "abc"
    assert settings.notes == (
        "using CO_API_KEY from the environment, not the key of profile 'work'",
    )


def test_a_keyrings_key_is_not_asked_for_another_server(use, directory):
    use(Memory())
    editing.login(directory, "work", CANARY, store="keyring")
    use(Hanging())
    with pytest.raises(NotAuthenticated, match="belongs to"):
        resolve(
            FlagValues(base_url="https://a.b"), {}, load_profiles(directory), sys.stdin
        )


def test_a_file_takes_the_place_of_the_keyring(use, directory):
    use(Memory())
    profiles = load_profiles(directory)
    editing.login(profiles.directory, "work", CANARY, store="keyring")
    editing.login(profiles.directory, "work", "other")
    assert "keyring" not in (directory / "keys.toml").read_text()
    assert load_profiles(directory).find("work").key.key == "other"
