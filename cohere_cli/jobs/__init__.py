"""Many requests as one job: workers, a journal to resume from; limits on cost."""
