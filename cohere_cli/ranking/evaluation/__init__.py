"""Evaluates rerank models on a dataset with judgements."""
