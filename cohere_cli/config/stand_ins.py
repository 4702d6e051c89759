"""Profiles that seem to mean the sandbox, and do not."""

from collections.abc import Iterable

from cohere_cli.config.profile_tables import Profile
from cohere_cli.config.tables import Sheet


def refuse_idle_faults(settings: Sheet, profiles: Iterable[Profile]) -> None:
    """Raise `ConfigProblem` for a profile with faults that asks a real server.

    Whoever names faults believes that nothing is sent, and nothing paid for.
    """
    for profile in profiles:
        if profile.said_by.get("faults") == profile.name and not profile.sandbox:
            at = ("profiles", profile.name, "faults")
            said = f"faults of profile {profile.name!r} need sandbox = true"
            raise settings.problem(at, said, "say it, or take the faults away")
