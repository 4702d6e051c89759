"""Owns the wire, both directions: what is sent, what comes back, and the way."""
