"""Chat bodies in OpenAI's words: what Cohere makes of them, and both translations."""
