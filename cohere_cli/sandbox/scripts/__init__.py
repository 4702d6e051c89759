"""Scripts: rules that choose the replies."""
