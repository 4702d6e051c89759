"""Fault injection: effects on replies and their schedule."""
