"""The interactive session of `co chat` and `co ask`: its loop and its commands."""
