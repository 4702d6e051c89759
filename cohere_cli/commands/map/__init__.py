"""The command `co map`: what it reads, the requests it makes, what it writes."""
