"""Builds request bodies from flags, body files and documents; does no I/O."""
