"""Static completion scripts, written from the command tree: one module a shell."""
