"""Recordings: replies of a real server, kept in files and served again."""
