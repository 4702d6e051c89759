"""One file per record format."""
