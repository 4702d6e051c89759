"""`co tools`: the tools that a model may call."""
