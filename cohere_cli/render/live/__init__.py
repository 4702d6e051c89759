"""Draws a reply on a terminal while it streams."""
