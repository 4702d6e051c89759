"""The HTTP client, its transport, and the wire formats of the API."""
