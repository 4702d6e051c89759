"""Completion scripts generated from the command tree, with a module for each shell."""
