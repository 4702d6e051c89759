"""A server of the Model Context Protocol with one tool and one resource."""

import json
import sys

SCHEMA = {"type": "object", "properties": {"text": {"type": "string"}}}
RESULTS = {
    "initialize": {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}, "resources": {}},
        "serverInfo": {"name": "notes", "version": "1.0"},
    },
    "tools/list": {
        "tools": [
            {
                "name": "find-notes",
                "description": "Find notes.\nAll of them.",
                "inputSchema": SCHEMA,
            }
        ]
    },
    "resources/list": {"resources": [{"uri": "note://1", "name": "First"}]},
}

for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        error = {"error": {"code": -32601, "message": "Method not found"}}
        result = RESULTS.get(message["method"])
        answer = error if result is None else {"result": result}
        sys.stdout.write(
            json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer}) + "\n"
        )
        sys.stdout.flush()
