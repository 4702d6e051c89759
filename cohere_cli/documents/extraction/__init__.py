"""The text of PDFs, office files and books, extracted in a process with limits."""
