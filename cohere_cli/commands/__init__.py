"""One thin file a command: flags to rooms to exit. No HTTP, parsing or formatting."""
