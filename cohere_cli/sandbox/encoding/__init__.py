"""Encodes the mock server's replies in Cohere's or OpenAI's wire format."""
