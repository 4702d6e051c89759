"""How good the answers of a run are: against a column, and against another run."""
