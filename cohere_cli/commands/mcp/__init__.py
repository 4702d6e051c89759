"""`co mcp`: servers of the Model Context Protocol, and `co` as one of them."""
