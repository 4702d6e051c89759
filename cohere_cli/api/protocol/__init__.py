"""Cohere's and OpenAI's wire formats: requests, events, replies."""
