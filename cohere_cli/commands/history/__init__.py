"""`co history`: the conversations that are kept on this machine."""
