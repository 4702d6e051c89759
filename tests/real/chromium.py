"""Chromium without a window, driven by the DevTools protocol through two pipes."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Page:
    """The only page of a browser."""

    def __init__(self, source: int, to: int) -> None:
        self._source = os.fdopen(source, "rb")
        self._to = to
        self._number = 0
        self._session: dict[str, str] = {}
        self.seen: list[dict[str, Any]] = []

    def open(self, url: str) -> None:
        """Open *url*, and wait until it is loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        found = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": found["sessionId"]}
        for domain in ("Page", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.navigate", url=url)
        while not any(one["method"] == "Page.loadEventFired" for one in self.seen):
            self.seen.append(self._read())

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call *method* and return its result; events are kept in `seen`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        os.write(self._to, json.dumps(message | self._session).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self.seen.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def value(self, script: str) -> Any:
        """Return the value of *script* in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def click(self, x: float, y: float) -> None:
        """Press and release the left button at a point of the window."""
        for kind in ("mousePressed", "mouseReleased"):
            point = {"x": x, "y": y, "button": "left", "clickCount": 1}
            self.call("Input.dispatchMouseEvent", type=kind, **point)

    def _read(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._source.read(1)) != b"\0":
            assert byte, "the browser ended"
            data += byte
        return json.loads(data)

    def close(self) -> None:
        self._source.close()
        os.close(self._to)


@contextmanager
def browsing(program: str, folder: Path) -> Iterator[Page]:
    """Start *program* with its files in *folder*; it reads from 3 and writes to 4."""
    (theirs, to), (source, their_answers) = os.pipe(), os.pipe()
    flags = (
        "--headless --no-sandbox --disable-gpu --remote-debugging-pipe --no-first-run"
    )
    line = f'exec "$0" {flags} "$1" 3<&{theirs} 4>&{their_answers}'
    with subprocess.Popen(
        ["bash", "-c", line, program, f"--user-data-dir={folder}"],
        pass_fds=[theirs, their_answers],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.close(theirs)
        os.close(their_answers)
        page = Page(source, to)
        try:
            yield page
        finally:
            page.close()
            process.terminate()
