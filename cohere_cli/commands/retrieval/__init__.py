"""`co search`, `co ask` and `co cache`: passages of files, and answers from them."""
