"""What became of the records, as the bytes of a file: JSON lines, tables, text."""
