"""One request for each record of an input: prompts with slots, sending, results."""
