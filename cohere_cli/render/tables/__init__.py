"""Rankings and comparisons."""
