"""Faults on demand: what can go wrong with a reply, and when it does."""
