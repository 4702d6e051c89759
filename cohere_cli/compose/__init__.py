"""Flags, body files and documents to request bodies. Pure: opens nothing, prints nothing."""
