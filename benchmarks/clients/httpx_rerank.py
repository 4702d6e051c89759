"""The ten best lines of a file, by httpx and threads, without any checks.

httpx_rerank.py FILE BASE_URL
"""

import heapq
import json
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import httpx  # noqa: TID253 - a bare client

BATCH, TOP, WORKERS = 1000, 10, 8

path, url = sys.argv[1:]
client = httpx.Client(timeout=60)
best: list[tuple[float, int]] = []
free = threading.Semaphore(2 * WORKERS)


def ask(first: int, texts: list[str]) -> list[tuple[float, int]]:
    """Return the best of one batch, as scores and numbers of lines."""
    body = {"model": "rerank-v3.5", "query": "q", "documents": texts, "top_n": TOP}
    reply = client.post(f"{url}/v2/rerank", json=body).json()
    return [(one["relevance_score"], first + one["index"]) for one in reply["results"]]


def merge(done: Future[list[tuple[float, int]]]) -> None:
    """Keep the best of all batches."""
    for pair in done.result():
        heapq.heappush(best, pair)
        if len(best) > TOP:
            heapq.heappop(best)
    free.release()


with Path(path).open(encoding="utf-8") as file, ThreadPoolExecutor(WORKERS) as pool:
    number = 0
    while lines := [line.rstrip("\n") for line in islice(file, BATCH)]:
        free.acquire()
        pool.submit(ask, number, lines).add_done_callback(merge)
        number += len(lines)
for _, index in sorted(best, reverse=True):
    print(json.dumps({"index": index}))
