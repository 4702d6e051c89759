"""How long `co history` takes with many stored turns.

    python benchmarks/history.py [TURNS]

A history of 10,000 turns, or TURNS, is made in a temporary folder: four turns a
conversation, prompts of a few words, answers of 150 words, each with five documents and
citations. Words are drawn as in a natural text: few of them often. Milliseconds are the
median of 9 runs, in this process without its start, and of the whole command.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.store import Filters, History, opened_history
from cohere_cli.conversation.turn import Turn, new_id

TURNS, EACH, RUNS = 10_000, 4, 9
VOCABULARY = 20_000
CO = str(Path(sys.executable).with_name("co"))


def words(count: int, chance: random.Random) -> str:
    """Return *count* words; the word of rank r is drawn with a weight of 1/r."""
    ranks = (int(VOCABULARY ** chance.random()) for _ in range(count))
    return " ".join(f"w{rank}" for rank in ranks)


def turn(number: int, chance: random.Random) -> Turn:
    """Return a turn with five documents and citations."""
    prompt, answer = words(12, chance), words(150, chance)
    documents = [
        {"id": f"d{at}", "data": {"text": words(200, chance)}} for at in range(5)
    ]
    sources = [
        {"type": "document", "id": one["id"], "document": one["data"]}
        for one in documents
    ]
    citations = [
        {"start": at, "end": at + 5, "text": answer[at : at + 5], "sources": [source]}
        for at, source in enumerate(sources)
    ]
    content = [{"type": "text", "text": answer}]
    message = {"role": "assistant", "content": content, "citations": citations}
    usage = {"billed_units": {"input_tokens": 900, "output_tokens": 200}}
    return Turn(
        number=0,
        parent=number % EACH,
        command="chat",
        status="complete" if number % 50 else "interrupted",
        model=f"command-{number % 3}",
        profile="",
        base_url="https://api.cohere.com",
        began=1_700_000_000.0 + number * 60,
        seconds=2.0,
        prompt=prompt,
        answer=answer,
        request={
            "messages": [{"role": "user", "content": prompt}],
            "documents": documents,
        },
        reply={
            "id": "r",
            "message": message,
            "finish_reason": "COMPLETE",
            "usage": usage,
        },
    )


def fill(history: History, turns: int) -> None:
    """Add *turns* turns."""
    chance, conversation = random.Random(1), ""
    for number in range(turns):
        if number % EACH == 0:
            conversation = new_id()
        history.add(conversation, turn(number, chance))


def milliseconds(run: Callable[[], object]) -> float:
    """Return the median time of *run*."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def measure(folder: str, path: Path) -> None:
    """Print the figures of the history at *path*, in the data directory *folder*."""
    with opened_history(path) as history:
        last = history.last()
        queries: dict[str, Callable[[], object]] = {
            "search, a rare word": lambda: history.search("w19000"),
            "search, the most frequent word": lambda: history.search("w1"),
            "search, three words": lambda: history.search("w2 w30 w400"),
            "list, all": history.conversations,
            "list -n 20": lambda: history.conversations(limit=20),
            "list --search, a frequent word": lambda: history.conversations(
                Filters(matching="w1")
            ),
            "list --status interrupted": lambda: history.conversations(
                Filters(status="interrupted")
            ),
            "show": lambda: history.turns(last),
            "stats": history.usages,
        }
        for name, query in queries.items():
            print(f"{name:34} {milliseconds(query):8.1f} ms")
    environ = {**os.environ, "CO_DATA_DIR": folder}
    for line in ("search w1", "list", "list -n 20", "stats", f"show {last} -o json"):
        command = [CO, "history", *line.split()]

        def run(command: list[str] = command) -> None:
            subprocess.run(command, env=environ, capture_output=True, check=True)

        print(f"{f'co history {line}':34} {milliseconds(run):8.1f} ms")


with tempfile.TemporaryDirectory() as folder:
    path = history_path({"CO_DATA_DIR": folder})
    with opened_history(path) as opened:
        fill(opened, int(sys.argv[1]) if sys.argv[1:] else TURNS)
    print(f"{'megabytes':34} {path.stat().st_size / 1e6:8.1f}")
    measure(folder, path)
