"""Characters that a terminal may show: which are safe, and in which context."""
