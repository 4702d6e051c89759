"""Search the passages of files by their words: an index, BM25, and the best lines."""
