"""One module per command: parse flags, call the library, set the exit code."""
