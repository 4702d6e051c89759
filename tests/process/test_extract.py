"""`-x`: one code block of the answer alone."""

import json

import pytest
from raw_server import http

SCRIPT = "Sure:\n\n```python\nprint(1)\n```\n\nor\n\n~~~sh\necho 2\n~~~\n"


def answer(text, finish_reason="COMPLETE"):
    content = [{"type": "text", "text": text}]
    message = {"role": "assistant", "content": content}
    body = {"id": "1", "finish_reason": finish_reason, "message": message}
    return http(json.dumps(body).encode(), kind="application/json")


@pytest.fixture
def asked(co, serve):
    """Run `co chat` with the words before and after the prompt; return the run."""

    def ask(reply, *words):
        server = serve(reply)
        co.environ |= {"CO_API_URL": server.url, "CO_API_KEY": "k"}
        run = co("chat", *words)
        if server.requests:
            body = json.loads(server.requests[0].body)
            assert body["messages"][-1]["content"] == "Hi"
        return run

    return ask


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["-x", "Hi"], b"print(1)\n"),
        (["Hi", "-x"], b"print(1)\n"),
        (["--extract", "Hi"], b"print(1)\n"),
        (["-x2", "Hi"], b"echo 2\n"),
        (["-x=2", "Hi"], b"echo 2\n"),
        (["--extract=2", "Hi"], b"echo 2\n"),
        (["-xsh", "Hi"], b"echo 2\n"),
        (["--extract=py", "Hi", "-q"], b"print(1)\n"),
        (["-s", "-xyz", "Hi", "-x", "-m", "x"], b"print(1)\n"),
    ],
    ids=repr,
)
def test_a_code_block_is_written_alone(asked, words, code):
    run = asked(answer(SCRIPT), *words)
    assert (run.returncode, run.stdout, run.stderr) == (0, code, b"")


def test_after_two_dashes_it_is_a_prompt(co):
    body = json.loads(co("chat", "--dry-run", "--", "-x2").stdout)
    assert body["messages"][0]["content"] == "-x2"


def test_an_answer_without_the_block_is_on_standard_error_and_exit_18(asked):
    run = asked(answer("Use grep.\nOr sed."), "Hi", "-x")
    assert (run.returncode, run.stdout) == (18, b"")
    assert run.stderr.decode() == (
        "│ Use grep.\n"
        "│ Or sed.\n"
        "co: the answer has no code block\n"
        "hint: the whole answer is above, on standard error\n"
    )


def test_a_block_that_is_cut_off_is_written_as_far_as_it_came(asked):
    run = asked(answer("```sh\nls -l\n", "MAX_TOKENS"), "Hi", "-x")
    assert (run.returncode, run.stdout) == (18, b"ls -l\n")
    assert b"co: the answer ends within the code block\n" in run.stderr


def test_it_cannot_be_combined_with_a_format_of_the_whole_answer(co):
    run = co("chat", "Hi", "-x", "-o", "json", "-p", "sandbox")
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr == (
        b"co: -x writes code alone, -o json more\nhint: leave out one of them\n"
    )


@pytest.mark.parametrize("number", ["0", "00", "-1"])
def test_a_number_that_no_block_has_is_refused_before_anything_is_sent(co, number):
    run = co("chat", "Hi", f"-x{number}", "-p", "sandbox")
    assert (run.returncode, run.stdout) == (2, b"")
    assert (
        run.stderr
        == f"co: -x{number} names no block\nhint: -x1 is the first\n".encode()
    )
