"""JSON Schema for `response_format`."""
