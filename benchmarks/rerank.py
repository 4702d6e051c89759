"""How `co rerank` fares with many documents, beside a bare pooled httpx script.

    python benchmarks/rerank.py [DOCUMENTS ...]

A server on this machine, in a process of its own, takes 50 ms for a request and
scores each document by itself. Documents have 500 bytes; 100,000 and then 1,000,000
of them unless numbers are given. What must hold, or the exit code is 1: the ten best
are those of one exhaustive scoring; co ranks at least 60 % of the documents a second
of the bare script, at the same concurrency; its memory stays below 120 MB, and does
not grow by more than 30 % from the fewest documents to the most.
"""

import asyncio
import heapq
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

CO = str(Path(sys.executable).with_name("co"))
LATENCY = 0.05
CONCURRENCY = 8
BATCH = 1000
TOP = 10
LEAST_RATIO = 0.6
MOST_MEMORY = 120.0
MOST_GROWTH = 1.3


class Run(NamedTuple):
    """What one run took: seconds, megabytes at most, and what it found."""

    seconds: float
    memory: float
    best: list[int]


def document(number: int) -> str:
    """Return document *number*: 499 characters that no other one has."""
    return f"document {number} says {zlib.crc32(b'%d' % number):08x} ".ljust(499, "x")


def score(text: str) -> float:
    """Return how relevant *text* is held to be, from 0 to 1."""
    return zlib.crc32(text.encode()) / (1 << 32)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer rerank requests over one connection until it is closed."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            body = json.loads(await reader.readexactly(length))
            due = asyncio.get_running_loop().time() + LATENCY
            reply = json.dumps(_ranked(body)).encode()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(reply), reply)
            )
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _ranked(body: dict[str, object]) -> dict[str, object]:
    documents = body["documents"]
    scores = [(-score(text), at) for at, text in enumerate(documents)]
    best = sorted(scores)[: body.get("top_n")]
    results = [{"index": at, "relevance_score": -worth} for worth, at in best]
    return {"id": "benchmark", "results": results, "meta": {}}


async def serve() -> None:
    """Serve until killed; print the port once ready."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def bare(path: str, url: str) -> None:
    """Do the same as co with httpx, a pool of threads and no checks at all."""
    from concurrent.futures import Future, ThreadPoolExecutor

    import httpx

    client = httpx.Client(timeout=60)
    best: list[tuple[float, int, str]] = []
    lock = threading.Semaphore(2 * CONCURRENCY)

    def ask(first: int, texts: list[str]) -> tuple[int, list[str], list[dict]]:
        body = {"model": "m", "query": "q", "documents": texts, "top_n": TOP}
        reply = client.post(f"{url}/v2/rerank", json=body).json()
        return first, texts, reply["results"]

    def merge(done: Future) -> None:
        first, texts, results = done.result()
        for one in results:
            at = one["index"]
            heapq.heappush(best, (one["relevance_score"], first + at, texts[at]))
            if len(best) > TOP:
                heapq.heappop(best)
        lock.release()

    with (
        Path(path).open(encoding="utf-8") as file,
        ThreadPoolExecutor(CONCURRENCY) as pool,
    ):
        first = 0
        while texts := [line.rstrip("\n") for line in islice(file, BATCH)]:
            lock.acquire()
            pool.submit(ask, first, texts).add_done_callback(merge)
            first += len(texts)
    for _, index, _ in sorted(best, reverse=True):
        print(json.dumps({"index": index}))


def timed(command: list[str], url: str) -> Run:
    """Run *command*, which prints the best as JSON lines."""
    environ = {**os.environ, "CO_API_URL": url, "CO_API_KEY": "benchmark"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryDirectory() as place:
        environ |= {"CO_CONFIG_DIR": place, "CO_DATA_DIR": place}
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, env=environ)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{command[0]} ended with {child.returncode}")
        out.seek(0)
        best = [json.loads(line)["index"] for line in out]
    return Run(seconds, usage.ru_maxrss / 1024, best)


def documents(number: int, path: str) -> list[int]:
    """Write that many documents to *path*; return the best by exhaustive scoring."""

    def scores() -> Iterator[tuple[float, int]]:
        with Path(path).open("w", encoding="utf-8") as file:
            for at in range(number):
                text = document(at)
                file.write(f"{text}\n")
                yield score(text), -at

    return [-at for _, at in heapq.nlargest(TOP, scores())]


def compared(number: int, url: str) -> tuple[Run, Run, bool]:
    """Run both on *number* documents, in turns; return the faster run of each."""
    with tempfile.TemporaryDirectory() as place:
        path = f"{place}/documents.txt"
        best = documents(number, path)
        ours = [CO, "rerank", "-q", "q", path, "-n", str(TOP), "-o", "jsonl", "--yes"]
        ours += ["--input", "lines", "--batch-size", str(BATCH)]
        ours += ["--concurrency", str(CONCURRENCY)]
        theirs = [sys.executable, __file__, "--bare", path, url]
        rounds = [(timed(ours, url), timed(theirs, url)) for _ in range(3)]
    own, bare_ = (min(runs) for runs in zip(*rounds, strict=True))
    return own, bare_, all(a.best == b.best == best for a, b in rounds)


def main(numbers: list[int]) -> int:
    """Print the table; return 1 if a promise is broken."""
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True
    )
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    print(f"{'documents':>10} {'co /s':>8} {'bare /s':>8} ratio  memory  ten best")
    kept, memory = [], []
    try:
        for number in numbers:
            own, bare_, same = compared(number, url)
            ratio = bare_.seconds / own.seconds
            print(
                f"{number:>10,} {number / own.seconds:>8,.0f} "
                f"{number / bare_.seconds:>8,.0f} {ratio:>4.0%} {own.memory:>5.0f} MB"
                f"  {'the same' if same else 'DIFFERENT'}"
            )
            kept.append(same and ratio >= LEAST_RATIO and own.memory <= MOST_MEMORY)
            memory.append(own.memory)
    finally:
        server.kill()
    growth = memory[-1] / memory[0]
    print(f"memory, most to fewest documents: {growth:.2f}")
    return 0 if all(kept) and growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--serve"]:
            asyncio.run(serve())
        case ["--bare", path, url]:
            bare(path, url)
        case given:
            sys.exit(main([int(one) for one in given] or [100_000, 1_000_000]))
