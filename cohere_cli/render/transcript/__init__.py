"""Transcripts: what was asked, and the answers, as text for a reader and as HTML."""
