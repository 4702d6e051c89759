"""Replies as Cohere's or OpenAI's bytes."""
