"""Scripts: what the sandbox is told to say, request by request."""
