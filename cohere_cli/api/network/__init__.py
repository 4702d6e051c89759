"""The way to a server: httpx, its transport, and connections."""
