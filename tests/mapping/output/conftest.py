"""Records of a file, and what a run of one or two models makes of them."""

import io

import pytest

from cohere_cli.documents.reader import read_records
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.errors import InputProblem
from cohere_cli.mapping.output.writer import create_writer
from cohere_cli.mapping.result import Outcome, Result


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Write files and read their records, those with invalid bytes too."""
    monkeypatch.chdir(tmp_path)

    def read(form="auto", **files):
        for name, data in files.items():
            (tmp_path / name.replace("_", ".")).write_bytes(data)
        names = [name.replace("_", ".") for name in files]
        bad = BadRecords("replace")
        return [*read_records(names, io.BytesIO(), form, bad=bad)]

    return read


@pytest.fixture
def written():
    """Give each record an outcome, of a text or an error, and return all bytes."""

    def written(records, answers, output=None, **options):
        models = options.setdefault("models", ["m"])
        writer = create_writer(output, first=records, **options)
        rows = (
            writer.row(Result(index, record, _outcomes(models, answer)))
            for index, (record, answer) in enumerate(zip(records, answers, strict=True))
        )
        return writer.head() + b"".join(rows)

    return written


def _outcomes(models, answer):
    answers = answer if isinstance(answer, tuple) else (answer,)
    return tuple(map(_outcome, models, answers))


def _outcome(model, answer):
    if isinstance(answer, Exception):
        return Outcome(model, error=answer)
    if isinstance(answer, str):
        return Outcome(model, text=answer)
    return Outcome(model, text="{}", value=answer)


@pytest.fixture
def refusal():
    """Return what, where and the hint that a call is refused with."""

    def refusal(call):
        with pytest.raises(InputProblem) as caught:
            call()
        return caught.value.what, caught.value.where, caught.value.hint

    return refusal
