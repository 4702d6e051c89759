"""Tools that the model may call: declared in files, by servers, or built in."""
