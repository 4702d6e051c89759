"""Conversations in formats for other programs and readers."""
