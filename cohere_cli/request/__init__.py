"""Flags, body files and documents to request bodies. Pure: it opens nothing."""
