"""What a person types in an interactive session: lines, commands, completion."""
