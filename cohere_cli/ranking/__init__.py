"""Rerank any number of records: batches, workers, journal, merge."""
