"""Profiles, keys and settings: flag > environment > profile > built-in."""
