"""Events and results to characters. Never sees the client."""
