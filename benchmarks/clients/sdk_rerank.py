"""The ten best lines of a file, by Cohere's SDK, one request after the other.

sdk_rerank.py FILE BASE_URL
"""

import heapq
import json
import sys
from itertools import islice
from pathlib import Path

from cohere import ClientV2

BATCH, TOP = 1000, 10

path, url = sys.argv[1:]
client = ClientV2("benchmark", base_url=url)
best: list[tuple[float, int]] = []
first = 0
with Path(path).open(encoding="utf-8") as file:
    while texts := [line.rstrip("\n") for line in islice(file, BATCH)]:
        reply = client.rerank(
            model="rerank-v3.5", query="q", documents=texts, top_n=TOP
        )
        found = [(one.relevance_score, first + one.index) for one in reply.results]
        best = heapq.nlargest(TOP, best + found)
        first += len(texts)
for _, index in best:
    print(json.dumps({"index": index}))
