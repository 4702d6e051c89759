import json
from pathlib import Path

import pytest
from co_program import ROOT

LAB = ROOT / "examples/lab"
FILES = ["--queries", "queries.jsonl", "--labels", "qrels.tsv"]
WORDS = ["lab", "documents.jsonl", *FILES]


@pytest.fixture
def lab(co, tmp_path):
    co.environ |= {"CO_DATA_DIR": str(tmp_path), "CO_PROFILE": "sandbox"}

    def lab(*words, **more):
        return co(*WORDS, *words, cwd=LAB, **more)

    return lab


def shown(run):
    assert (run.returncode, run.stderr) == (0, b"")
    return run.stdout.decode()


def test_the_example_is_compared_as_its_page_says(lab):
    page = (ROOT / "docs/lab.md").read_text()
    table = shown(lab("--baseline", "input", "--quiet"))
    assert f"```\n{table}```\n" in page


def test_markdown_goes_into_a_pipe(lab):
    assert shown(lab("-o", "markdown", "--measure", "ndcg@5", "--quiet")) == (
        "| model | ndcg@5 | keep from |\n"
        "| --- | --- | --- |\n"
        "| rerank-v3.5 | 0.943 | 0.0169 F1 0.880 |\n"
    )


def test_the_threshold_keeps_what_the_table_counts(lab, co):
    (result,) = json.loads(shown(lab("--json", "--quiet")))["results"]
    kept = 0
    for line in (LAB / "queries.jsonl").read_text().splitlines():
        query = json.loads(line)
        if query["_id"] == "q7":
            continue
        words = ["rerank", "documents.jsonl", "--quiet", "-q", query["text"]]
        least = ["--min-score", str(result["cut"]["threshold"])]
        kept += len(shown(co(*words, *least, cwd=LAB)).splitlines())
    assert kept == result["cut"]["kept"]


def test_a_line_that_is_no_judgement_is_named_and_nothing_is_sent(
    lab, co, serve, tmp_path
):
    server = serve(b"")
    labels = Path(tmp_path, "qrels.txt")
    labels.write_text("q1 0 d01 2\nq1 0 d02 good\n")
    co.environ |= {"CO_PROFILE": "", "CO_API_URL": server.url, "CO_API_KEY": "k" * 9}
    run = lab("--labels", str(labels))
    assert (run.returncode, run.stdout, server.requests) == (3, b"", [])
    assert run.stderr.decode() == (
        f"co: 'good' is not a grade ({labels}:2)\n"
        "hint: a grade is a whole number: 0 is not relevant, 1 is, more is better\n"
    )


def test_a_dry_run_needs_neither_key_nor_network(co):
    run = co(*WORDS, "--dry-run", "--quiet", "-m", "a", "-m", "b", cwd=LAB)
    assert shown(run) == "2 models x 9 queries x 12 documents: 18 search units\n"


def test_nothing_of_a_comparison_that_ended_well_is_kept(lab, tmp_path):
    shown(lab("--quiet"))
    assert list(tmp_path.joinpath("rankings").iterdir()) == []
