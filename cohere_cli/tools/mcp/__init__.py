"""Servers of the Model Context Protocol: their tools, and their resources."""
