"""What the environment may hold, and what a machine may refuse."""

import os

import pytest

BLANK_MODELS = (
    ["chat", "Hi", "-m", ""],
    ["compat", "Hi", "-m", " "],
    ["rerank", "-q", "x", "-m", "\t"],
    ["lab", "-q", "x", "-m", ""],
)


@pytest.mark.parametrize(
    "env",
    [
        *({"COLUMNS": value} for value in ("0", "²", "x", "9" * 20)),
        *({"LINES": value} for value in ("0", "²", "9" * 20)),
        *({"TERMINAL_WIDTH": value} for value in ("0", "x", "9" * 20)),
        *({"_CO_COMPLETE": value} for value in ("x", "bash_source", "complete_bash")),
    ],
)
def test_help_is_whole_whatever_a_variable_says_about_the_terminal(co, env):
    run = co("--help", env=env)
    assert (run.returncode, run.stderr, run.stdout) == (0, b"", co("--help").stdout)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://user:one/two@proxy.example:1",
        "http://user:one#two@proxy.example:1",
        "http://user:one?two@proxy.example:1",
        "http://user:one@two@proxy.example:1",
        "http://user:one two@proxy.example:1",
        "http://user:one[two@proxy.example:1",
        "user:one/two@proxy.example",
        "one:two",
    ],
)
def test_no_piece_of_a_proxys_password_is_shown(co, proxy):
    env = {"CO_API_KEY": "k", "HTTPS_PROXY": proxy}
    refused = (
        "co: the proxy's address cannot be used (HTTPS_PROXY)\n"
        "hint: see HTTPS_PROXY, ALL_PROXY, NO_PROXY and the profile's proxy\n"
    )
    for command in (["doctor"], ["chat", "Hi", "-v"]):
        run = co(*command, env=env)
        assert run.returncode == 3
        assert run.stderr.decode().endswith(refused)
        assert b"one" not in run.stdout.replace(b"none", b"") + run.stderr
        assert b"two" not in run.stdout + run.stderr


def test_a_long_value_does_not_fill_the_screen_with_a_message(co):
    run = co("config", "get", "x" * 100_000)
    (message, hint) = run.stderr.decode().splitlines()
    assert run.returncode == 2
    assert message == f"co: unknown setting '{'x' * 1978}…{'x' * 1998}'"
    assert hint.startswith("hint: known: ")
    run = co("chat", "Hi", "--retries", "x" * 100_000)
    assert len(run.stderr) < 4200


@pytest.mark.parametrize("words", BLANK_MODELS)
def test_a_blank_model_is_refused(co, words):
    run = co(*words, "-p", "sandbox")
    assert (run.returncode, run.stdout, run.stderr.decode()) == (
        2,
        b"",
        "co: --model is blank\nhint: `co models list` lists names\n",
    )


def test_a_blank_name_is_no_model_to_show(co):
    run = co("models", "show", " ", "-p", "sandbox")
    assert (run.returncode, run.stderr.decode()) == (
        2,
        "co: NAME is blank\nhint: `co models list` lists names\n",
    )


def test_a_model_is_asked_for_by_the_bytes_that_were_given(co):
    run = co("models", "show", os.fsdecode(b"a\xff/b"), "--dry-run", "-p", "sandbox")
    assert (run.returncode, run.stdout) == (0, b"GET /v1/models/a%FF%2Fb\n")


def test_a_list_of_settings_is_explained(co):
    run = co("config", "set", "show", "foo")
    assert (run.returncode, run.stderr.decode()) == (
        2,
        (
            "co: show must be a list of any of thinking, plan, tools, results, citations, usage, "
            "logprobs\nhint: separate the items by commas\n"
        ),
    )


def test_nothing_is_promised_before_a_key_can_be_read(co):
    run = co("auth", "login")
    assert (run.returncode, run.stderr.decode()) == (
        2,
        (
            "co: cannot ask for a key without a terminal\n"
            "hint: pipe the key in: co auth login < FILE\n"
        ),
    )


@pytest.mark.parametrize(
    ("refusal", "lacking"),
    [
        ("MemoryError", "memory"),
        ('RuntimeError("can\'t start new thread")', "threads"),
        ("OSError(24, 'Too many open files')", "open files"),
        ("BlockingIOError(11, 'Resource temporarily unavailable')", "processes"),
        ("ImportError('libx.so: failed to map segment from shared object')", "memory"),
    ],
)
def test_what_a_machine_has_no_more_of_is_named(co, tmp_path, refusal, lacking):
    # The machine's own refusals, at the place where a command begins.
    (tmp_path / "sitecustomize.py").write_text(
        "import cohere_cli.commands.chat as chat\n"
        f"def run(*_):\n    raise {refusal}\n"
        "chat.run = run\n"
    )
    run = co("chat", "Hi", env={"PYTHONPATH": str(tmp_path)})
    assert (run.returncode, run.stderr.decode()) == (
        3,
        (
            f"co: this machine has no more {lacking} for co\n"
            "hint: `ulimit -a` shows the limits\n"
        ),
    )


def test_settings_are_not_edited_without_a_place_for_the_draft(co):
    run = co.shell("ulimit -f 0; co config edit 2>&1 | cat", forked=False)
    assert run.stdout.decode().startswith("co: cannot make a folder for the draft: ")


@pytest.mark.parametrize("value", ["9" * 5000, f"[{'9' * 5000}]"])
@pytest.mark.parametrize("setting", ["faults", "chat.stop", "timeout", "headers"])
def test_a_number_of_more_digits_than_python_reads_is_a_value_like_others(
    co, setting, value
):
    run = co("config", "set", setting, value)
    assert run.returncode in (0, 2)
    assert b"a bug in co" not in run.stderr


LONG = "a" * 300


@pytest.mark.parametrize(
    "words",
    [
        ("sandbox", "serve", "--replay", LONG),
        ("config", "set", "chat.system", f"@{LONG}"),
        ("compat", "Hi", "--response-format", LONG),
        ("chat", "Hi", "--key-file", LONG),
    ],
    ids=" ".join,
)
def test_a_name_that_no_file_can_have_is_an_input_like_others(co, words):
    run = co(*words)
    assert run.returncode in (2, 3, 4)
    assert b"a bug in co" not in run.stderr


def test_a_pipe_without_a_writer_is_no_key_file(co, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    reason = "it is a pipe, not a regular file"
    run = co("chat", "Hi", "--key-file", str(tmp_path / "fifo"))
    assert (run.returncode, run.stderr.decode().splitlines()[0]) == (
        3,
        f"co: cannot read the key file: {reason} ({tmp_path}/fifo)",
    )
