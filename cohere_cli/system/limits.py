"""Limits of what this process may take: memory, processor time, and open files."""

import sys

if sys.platform == "win32":
    # The C library's own limit is 8,192 files; sockets do not count.
    def most_open_files() -> int | None:
        """Return how many files this process may have open; None is any number."""
        return None

    def limit_memory(size: int) -> None:
        """Have this process get no more than *size* bytes of memory.

        It is not limited where a job of the system's own forbids that.
        """
        from contextlib import suppress

        from cohere_cli.system.containment.contained import Bounds
        from cohere_cli.system.containment.job import Job

        with suppress(OSError):
            job = Job(Bounds(seconds=0, file_size=0, memory=size, grace=0.0))
            job.add_this()

    def limit_more_processor_time(seconds: int) -> None:
        """Do nothing: the process that starts this one has a time limit for it."""

else:
    import resource
    from contextlib import suppress

    def most_open_files() -> int | None:
        """Return how many files this process may have open; None is any number."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return None if files == resource.RLIM_INFINITY else files

    def limit_memory(size: int) -> None:
        """Have this process get no more than *size* bytes of addresses, and no dump."""
        _limit(resource.RLIMIT_AS, size)
        _limit(resource.RLIMIT_CORE, 0)

    def limit_more_processor_time(seconds: int) -> None:
        """Have this process ended by SIGXCPU after *seconds* more of computing."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds)

    def _limit(what: int, value: int) -> None:
        """Set a limit, which may be lower already; some systems lack one or another."""
        _, most = resource.getrlimit(what)
        if most != resource.RLIM_INFINITY:
            value = min(value, most)
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (value, most))
