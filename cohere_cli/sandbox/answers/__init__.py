"""What the mock server answers."""
