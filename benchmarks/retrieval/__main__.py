"""How well and how fast the first stage of a search finds passages; prints Markdown.

    python -m benchmarks.retrieval

Each query has one right text (`judged_texts.py`). The rows add one refinement after
the other to plain BM25, the last is what `co` does. `times.py` has the times.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from statistics import fmean
from typing import Any
from unittest.mock import patch

from benchmarks.retrieval.judged_texts import Judged, functions, manual_pages
from cohere_cli.documents.reader import document_strategy
from cohere_cli.documents.skipped import BadRecords
from cohere_cli.documents.walk.collect import FileReader, visit
from cohere_cli.ranking.evaluation.measures import ndcg, reciprocal_rank
from cohere_cli.retrieval import bm25, full_text, passage_rows, query
from cohere_cli.retrieval.full_text import FullText
from cohere_cli.retrieval.indexed_files import IndexedFiles
from cohere_cli.retrieval.query import query_terms
from cohere_cli.retrieval.sources import SearchedSources

PACKAGES = Path("/usr/lib/python3.11"), Path("/usr/lib/python3/dist-packages")
LANGUAGES = ("de", "fr", "ja", "ko", "ru", "zh_CN")
_FEWEST = 15  # texts of a collection

# From the last refinement back to none: what is switched off in which module.
_OFF: Mapping[str, Sequence[tuple[Any, str, Any]]] = {
    "k1 and b for passages": [(bm25, "_K1", 1.2), (bm25, "_B", 0.75)],
    "pairs of words": [(bm25, "_PAIR_WEIGHT", 0.0)],
    "parts of names, bigrams": [
        (passage_rows, "extra_words", lambda _: ""),
        (query, "name_parts", lambda name: [name]),
        (query, "unspaced_runs", lambda _: []),
        (query, "without_unspaced", lambda text: text),
    ],
    "stems": [(full_text, "_TABLES", full_text._TABLES.replace("porter ", ""))],  # noqa: SLF001
}


def main() -> None:
    """Print a row for each refinement, and a column for each collection."""
    sets = dict(_collections())
    print("| MRR / nDCG@10 |", " | ".join(f"{n}, {len(s)}" for n, s in sets.items()))
    print("|---" * (len(sets) + 1) + "|")
    names = list(_OFF)
    for kept in range(len(names) + 1):
        off = names[: len(names) - kept]
        label = f"+ {names[len(names) - kept]}" if kept else "plain BM25"
        with _switched_off(off):
            figures = [_measured(texts) for texts in sets.values()]
        print(f"| {label} | {' | '.join(figures)} |", flush=True)


def _collections() -> Iterator[tuple[str, list[Judged]]]:
    yield "manual pages", manual_pages()
    yield "1,000 of them", manual_pages(most=1000)
    for folder in PACKAGES:
        yield f"functions of {folder.name}", functions(folder)
    for language in LANGUAGES:
        pages = manual_pages(language)
        if len(pages) >= _FEWEST:
            yield f"pages in {language}", pages
        else:
            print(f"no manual pages in {language} here", file=sys.stderr)


@contextmanager
def _switched_off(names: Sequence[str]) -> Iterator[None]:
    with ExitStack() as stack:
        for module, name, value in [each for one in names for each in _OFF[one]]:
            stack.enter_context(patch.object(module, name, value))
        yield


def _measured(texts: list[Judged]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for number, judged in enumerate(texts):
            (Path(folder) / f"{number}{judged.suffix}").write_text(judged.text)
        rankings = list(_rankings(folder, [judged.query for judged in texts]))
    truths = [{str(number): 1} for number in range(len(texts))]
    pairs = list(zip(rankings, truths, strict=True))
    mrr = fmean(reciprocal_rank(*pair) for pair in pairs)
    return f"{mrr:.3f} / {fmean(ndcg(*pair, 10) for pair in pairs):.3f}"


def _rankings(folder: str, queries: list[str]) -> Iterator[list[str]]:
    """Yield, for each query, the numbers of the files by their best passage."""
    sources = SearchedSources.of([folder])
    reader = FileReader(document_strategy(split=True), BadRecords(), BytesIO())
    files = IndexedFiles(
        reader, None, set(), sources.name, print, FullText.temporary, {}
    )
    for _ in visit([folder], files, lambda _: None, lambda _: True):
        pass
    parts = files.parts()
    names = {entry.id: Path(entry.path).stem for entry in files.entries}
    for each in queries:
        ranking = sorted(
            bm25.rank(parts, query_terms(each)), key=lambda one: -one.score
        )
        yield list(dict.fromkeys(names[one.file] for one in ranking))


if __name__ == "__main__":
    main()
