"""Paths, globs and folders to files."""
