"""A stand-in for Cohere's API on the loopback: real sockets, no model, no key."""
