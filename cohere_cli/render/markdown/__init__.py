"""Growing Markdown, citations, footnotes."""
