"""Chat bodies in OpenAI's format: checked against Cohere's, translated both ways."""
