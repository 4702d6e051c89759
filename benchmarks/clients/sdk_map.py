"""An answer to each line of a file, by Cohere's SDK in an async loop.

sdk_map.py FILE BASE_URL
"""

import asyncio
import sys
from pathlib import Path

from cohere import AsyncClientV2

MODEL, WORKERS = "command-a-03-2025", 16

path, url = sys.argv[1:]
text = Path(path).read_text(encoding="utf-8")


async def main() -> None:
    """Ask, as many at once as there are workers, and print the answers in order."""
    client = AsyncClientV2("benchmark", base_url=url)
    lines = enumerate(text.splitlines())
    answers: dict[int, str] = {}
    printed = 0

    async def work() -> None:
        nonlocal printed
        for number, line in lines:
            messages = [{"role": "user", "content": f"Classify: {line}"}]
            reply = await client.chat(model=MODEL, messages=messages)
            answers[number] = reply.message.content[0].text
            while printed in answers:
                print(answers.pop(printed))
                printed += 1

    await asyncio.gather(*(work() for _ in range(WORKERS)))


asyncio.run(main())
