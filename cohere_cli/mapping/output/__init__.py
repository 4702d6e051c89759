"""Results as bytes, in each format."""
