"""A server on the bare protocol, standard library alone: honest, or bad in one way.

`python bare_server.py WAY`: WAY says what is wrong with it.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

WAY = sys.argv[1] if sys.argv[1:] else "honest"
ESCAPES = "\x1b[31mred\x1b[0m \x1b]0;title\x07\x9b2J"
ANY = {"type": "object", "properties": {"text": {"type": "string"}}}
FAR = {"path": {"$ref": "http://127.0.0.1:9/schema"}}
TOOLS = [
    {"name": "echo", "description": f"Say it {ESCAPES}", "inputSchema": ANY},
    {"name": "read-file", "inputSchema": {"type": "object"}},
    {"name": "read_file", "inputSchema": {"type": "object", "properties": FAR}},
]
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
ASKED = {"sampling": "sampling/createMessage", "roots": "roots/list"}
ASKED["elicitation"] = "elicitation/create"
PARAMS = {
    "sampling": {
        "messages": [{"role": "user", "content": {"type": "text", "text": "Hi"}}],
        "maxTokens": 10,
    },
    "elicitation": {
        "message": "Your password?",
        "requestedSchema": {"type": "object", "properties": {}},
    },
}


def send(**message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def receive():
    line = sys.stdin.readline()
    if not line:
        if WAY.startswith("stubborn"):
            time.sleep(60)
        sys.exit(0)
    return json.loads(line)


def initialized(number):
    if WAY.endswith("hang"):
        time.sleep(60)
    if WAY == "die":
        sys.stderr.write(f"no database {ESCAPES}\n")
        sys.exit(3)
    if WAY == "banner":
        sys.stdout.write('Welcome to the server!\n{"not": "a message"}\n')
    able = {"tools": {}, "resources": {}}
    send(
        id=number,
        result={
            "protocolVersion": 7 if WAY == "invalid" else "2025-06-18",
            "capabilities": able if WAY != "empty" else {},
            "serverInfo": {"name": "bare", "version": "1"},
        },
    )


def listed(number, params):
    cursor = int((params or {}).get("cursor") or 0)
    if WAY == "endless":
        send(id=number, result={"tools": TOOLS[:1], "nextCursor": str(cursor + 1)})
        return
    rest = TOOLS[cursor + 2 :]
    more = {"nextCursor": str(cursor + 2)} if rest else {}
    send(id=number, result={"tools": TOOLS[cursor : cursor + 2], **more})
    if WAY == "deaf" and not more:
        time.sleep(60)


def text(one):
    return {"content": [{"type": "text", "text": one}]}


def rows():
    found = {"result": [{"id": "a", "n": 1}, {"id": "b", "n": 2}]}
    return {**text(json.dumps(found)), "structuredContent": found}


RESULTS = {
    "wrong": lambda: {"content": "not a list"},
    "environment": lambda: text(json.dumps(dict(os.environ))),
    "folder": lambda: text(str(Path.cwd())),
    "rows": rows,
    "long": lambda: text("x" * 1_100_000),
    "escapes": lambda: text(f"{ESCAPES}\r\n\tend\0"),
    "nothing": lambda: {"content": []},
}
ERRORS = {
    "refuse": {"code": -32000, "message": f"No. {ESCAPES}"},
    "changed": {"code": -32602, "message": "Unknown tool: echo"},
}


def line():
    while True:
        sys.stdout.write("x" * 65536)


def flood():
    while True:
        send(
            method="notifications/message",
            params={"level": "info", "data": "x" * 60_000},
        )


ENDS = {
    "silent": lambda: None,
    "exit": lambda: sys.exit(4),
    "crash": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "line": line,
    "flood": flood,
}


def called(number, params):
    if WAY in ENDS:
        ENDS[WAY]()
    elif WAY in ERRORS:
        send(method="notifications/tools/list_changed")
        send(id=number, error=ERRORS[WAY])
    elif WAY in ASKED:
        send(id=99, method=ASKED[WAY], params=PARAMS.get(WAY, {}))
        answer = receive()
        send(id=number, result={**text(json.dumps(answer["error"])), "isError": True})
    else:
        echo = text(params.get("arguments", {}).get("text", ""))
        send(id=number, result=RESULTS.get(WAY, lambda: echo)())


def resource(number, params):
    uri = params["uri"]
    found = {"uri": uri, "text": "# Title\n\nA text of the server.\n"}
    if uri.endswith("absent"):
        send(id=number, error={"code": -32002, "message": f"No such thing {ESCAPES}"})
        return
    if uri.endswith(".png"):
        found = {"uri": uri, "blob": PNG}
    if uri.endswith("large"):
        found = {"uri": uri, "text": "x" * 9_000_000}
    if uri.endswith(".bin"):
        found = {"uri": uri, "blob": "AAECAwQ="}
    if uri.endswith(".csv"):
        found = {"uri": uri, "text": "id,name\n1,one\n2,two\n"}
    send(id=number, result={"contents": [found]})


def resources(number, _params):
    names = ["note.md", "table.csv"]
    names += {"mixed": ["dot.png"], "crowd": [f"{at}" for at in range(120)]}.get(
        WAY, ()
    )
    found = [{"uri": f"bare://{one}", "name": one} for one in names]
    send(id=number, result={"resources": found})


METHODS = {
    "initialize": lambda number, _: initialized(number),
    "tools/list": listed,
    "tools/call": called,
    "resources/list": resources,
    "resources/read": resource,
    "resources/templates/list": lambda number, _: send(
        id=number, result={"resourceTemplates": []}
    ),
}


def unknown(number, _params):
    if number is not None:
        send(id=number, error={"code": -32601, "message": "Method not found"})


def main():
    if WAY.startswith("stubborn"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if child := os.fork():
            Path(sys.argv[2]).write_text(f"{os.getpid()} {child}")
        else:
            time.sleep(60)
    if WAY == "noted":
        with Path(sys.argv[2]).open("a") as note:
            note.write(f"{os.getpid()}\n")
    while True:
        message = receive()
        answer = METHODS.get(message.get("method"), unknown)
        answer(message.get("id"), message.get("params"))


main()
