"""Incremental Markdown: blocks, citation markers and footnotes."""
