"""Live rendering of a streamed reply on a terminal."""
