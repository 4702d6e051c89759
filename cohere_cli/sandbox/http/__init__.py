"""The HTTP/1.1 side of the sandbox: heads, bodies, replies, connections."""
