"""An answer to each line of a file, by httpx and threads, without any checks.

httpx_map.py FILE BASE_URL
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx  # noqa: TID253 - a bare client

MODEL, WORKERS = "command-a-03-2025", 16

path, url = sys.argv[1:]
client = httpx.Client(timeout=60, limits=httpx.Limits(max_connections=WORKERS))


def ask(line: str) -> str:
    """Return the answer."""
    messages = [{"role": "user", "content": f"Classify: {line.rstrip()}"}]
    body = {"model": MODEL, "messages": messages, "stream": False}
    reply = client.post(f"{url}/v2/chat", json=body).json()
    text: str = reply["message"]["content"][0]["text"]
    return text


with Path(path).open(encoding="utf-8") as file, ThreadPoolExecutor(WORKERS) as pool:
    for text in pool.map(ask, file):
        print(text)
