"""Recordings: replies of a real server, stored in files and replayed."""
