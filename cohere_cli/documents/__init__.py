"""Paths and standard input to documents, each with its source and line."""
