"""Cells of Jupyter notebooks."""

import io
import json

import pytest

from cohere_cli.documents.reader import read_documents, read_records


def code(source, *outputs):
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def prose(source):
    return {"cell_type": "markdown", "source": source}


def data(**given):
    bundle = {name.replace("_", "/"): value for name, value in given.items()}
    return {"output_type": "display_data", "data": bundle}


def notebook(*cells):
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4})


@pytest.fixture
def documents(folder):
    def read(text, **options):
        (folder / "a.ipynb").write_text(text)
        found = read_documents(["a.ipynb"], io.BytesIO(), **options)
        return [(one.id, one.data) for one in found]

    return read


def test_cells_are_read_with_the_text_of_their_outputs(documents):
    cells = notebook(
        prose(["# Sales\n", "by year"]),
        code(
            "print(1)\n",
            {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]},
            data(text_plain="<Figure size 640x480>", image_png="iVBORw0KGgo="),
            data(text_html="<b>3</b>", text_plain=["3"]),
            data(application_json={"a": 1}),
        ),
        code("1 / 0", {"output_type": "error", "ename": "E", "evalue": "by zero"}),
        code(""),
    )
    text = (
        "# Sales\nby year\n\n```python\nprint(1)\n```\nOutput:\n1\n2\n3\n\n"
        "```python\n1 / 0\n```\nOutput:\nE: by zero"
    )
    assert documents(cells) == [
        ("a.ipynb:cell1-3", {"title": "Sales", "path": "a.ipynb", "text": text})
    ]


def test_of_progress_bars_and_colours_the_last_text_is_left(documents):
    shown = "10%\r50%\r100%\n\x1b[31mred\x1b[0m\r\n"
    output = {"output_type": "stream", "text": shown}
    ((_, found),) = documents(notebook(code("", output)))
    assert found["text"] == "Output:\n100%\nred"


def test_a_long_notebook_is_divided_by_its_cells(documents):
    cells = [prose(f"cell {n} " + "word " * 98) for n in range(5)]
    long = prose("\n\n".join(["word " * 100] * 6))
    found = documents(notebook(*cells, long, prose("end")))
    assert [id_ for id_, _ in found] == [
        *("a.ipynb:cell1-3", "a.ipynb:cell4-5"),
        *("a.ipynb:cell6", "a.ipynb:cell6#2", "a.ipynb:cell7"),
    ]
    assert len(documents(notebook(*cells), split=False)) == 1


def test_a_notebook_of_the_third_version_is_read(documents):
    cell = {"cell_type": "code", "input": "1 + 1", "outputs": [{"text": "2"}]}
    text = json.dumps({"worksheets": [{"cells": [cell]}], "metadata": {}})
    ((_, found),) = documents(text)
    assert found["text"] == "```\n1 + 1\n```\nOutput:\n2"


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", '{"cells": 1}', '{"cells": [1]}', "[" * 100_000),
        '{"cells": [{"cell_type": "code", "source": [1]}]}',
    ],
)
def test_what_is_not_a_notebook_is_damaged(documents, refusal, text):
    what = "is damaged: its text cannot be extracted"
    assert refusal(documents, text)[:2] == (what, "a.ipynb")


def test_a_notebook_without_text_is_refused(documents, refusal):
    assert refusal(documents, notebook(code("")))[0] == "contains no text"


def test_in_a_folder_a_notebook_is_text_and_a_broken_one_is_counted(folder):
    (folder / "a.ipynb").write_text(notebook(prose("one")))
    (folder / "b.ipynb").write_text("{")
    notes = []
    found = list(read_documents(["."], io.BytesIO(), notify=notes.append))
    assert [one.data["text"] for one in found] == ["one"]
    assert notes == [".: 1 file skipped (1 damaged)"]


def test_a_whole_notebook_is_ranked_by_its_text(folder):
    (folder / "a.ipynb").write_text(notebook(prose("one"), code("two")))
    (record,) = read_records(["a.ipynb"], io.BytesIO(), "files")
    assert record.data == "one\n\n```python\ntwo\n```"
