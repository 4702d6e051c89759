"""Rerank any number of records: batches, the job, its cost, the merged result."""
