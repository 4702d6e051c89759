import os

import pytest

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
FILES = {
    "broken.json": b'{"a": 1,\n "b" 2}',
    "broken.jsonl": b'{"a": 1}\n{"a":\n',
    "broken.yaml": b"a: [1\nb: 2\n",
    "broken.csv": b"a,b\n1,2,3\n",
    "bytes.txt": b"ab\nc\x81",
    "empty.txt": b"",
    "bomb.yaml": BOMB.encode(),
    "list.yaml": b"- 1\n- 2\n",
    "array.json": b'{"type": "array"}',
    "text.png": b"not an image",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
}


@pytest.fixture
def place(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "nothing").mkdir()
    os.mkfifo(tmp_path / "fifo")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (["-d", "nowhere.txt"], "nowhere.txt"),
        (["-d", "nothing"], "nothing"),
        (["-d", "*.rst"], "*.rst"),
        (["-d", "fifo"], "fifo"),
        (["-d", "/dev/zero"], "/dev/zero"),
        (["-d", "bytes.txt"], "bytes.txt:2"),
        (["-d", "empty.txt"], "empty.txt"),
        (["-d", "broken.json"], "broken.json:2"),
        (["-d", "broken.jsonl"], "broken.jsonl:2"),
        (["-d", "broken.yaml"], "broken.yaml:2"),
        (["-d", "broken.csv"], "broken.csv:2"),
        (["-d", "bomb.yaml"], "bomb.yaml"),
        (["-f", "bomb.yaml"], "bomb.yaml"),
        (["-f", "list.yaml"], "list.yaml"),
        (["-f", "broken.yaml"], "broken.yaml:2"),
        (["-t", "list.yaml"], "list.yaml"),
        (["-i", "text.png"], "text.png"),
        (["-i", "drawing.svg"], "drawing.svg"),
        (["-i", "fifo"], "fifo"),
        (["--schema", "array.json"], "array.json"),
        (["--schema", "list.yaml"], "list.yaml"),
        (["--key-file", "nowhere"], "nowhere"),
    ],
)
def test_an_input_that_cannot_be_used_is_named_and_nothing_is_sent(
    co, serve, place, words, where
):
    server = serve(b"")
    co.environ["CO_API_KEY"] = "k" * 9
    run = co("chat", "Hi", "--base-url", server.url, *words, cwd=place)
    assert (run.returncode, run.stdout, server.requests) == (3, b"", [])
    first, *others = run.stderr.decode().splitlines()
    assert first.startswith("co: ")
    assert where in first
    assert [line[:6] for line in others] in ([], ["hint: "])


@pytest.mark.parametrize("number", ["nan", "NAN", "-nan"])
def test_a_least_score_that_is_no_number_is_refused_before_anything_is_sent(co, number):
    words = ("rerank", "-q", "x", f"--min-score={number}", "-p", "sandbox")
    run = co(*words, stdin=b"a record\n")
    assert (run.returncode, run.stdout) == (2, b"")
    assert run.stderr == b"co: --min-score must be a finite number\n"
