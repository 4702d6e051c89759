"""Many requests as one job: a worker pool, a journal to resume from, the cost."""
