"""Searches a folder and prints what was found: `python searching.py CACHE QUERY`."""

import json
import sys
from pathlib import Path

from cohere_cli.retrieval.search import find_passages


def found(query, sources, cache=None, **options):
    """The result of a search without its seconds, and the lines for the user."""
    notes, details = [], []
    result = find_passages(
        query,
        sources,
        cache=cache,
        notify=notes.append,
        detail=details.append,
        **options,
    )
    passages = [
        [each.document.id, each.first, each.last, each.score, each.document.data]
        for each in result.candidates
    ]
    counts = result.counts
    totals = [counts.files, counts.passages, counts.matches, str(counts.skipped)]
    return {"passages": passages, "counts": totals, "notes": notes}, details


def candidates(*queries):
    """The passages of the current folder for each query, one after the other."""
    found = [
        find_passages(query, ["."], cache=None, notify=print, detail=print).candidates
        for query in queries
    ]
    known = {}
    for one in (one for each in found for one in each):
        known.setdefault(one.document.id, one)
    return list(known.values())


if __name__ == "__main__":
    result, details = found(sys.argv[2], ["."], Path(sys.argv[1]))
    json.dump([result, details], sys.stdout)
