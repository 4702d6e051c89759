"""The channels of a reply, and which of them `--show` and `--hide` select."""

from cohere_cli.api.protocol.events import CHANNELS
from cohere_cli.errors import UsageProblem
from cohere_cli.render.renderer import DEFAULT_CHANNELS, EXPLICIT_THINKING
from cohere_cli.text import did_you_mean

_SYNONYMS = {
    "reasoning": "thinking",
    "thoughts": "thinking",
    "sources": "citations",
    "tokens": "usage",
    "calls": "tools",
}


def select_channels(
    show: str | None, hide: str | None, usual: frozenset[str] = DEFAULT_CHANNELS
) -> frozenset[str]:
    """Return the channels to show: *usual* with *show* and without *hide*.

    Both are names separated by commas, in any case; `hide` wins. Raises
    `UsageProblem` for an unknown name.
    """
    shown, hidden = _parse(show), _parse(hide)
    explicit = {EXPLICIT_THINKING}
    return (
        (usual | shown | (explicit if "thinking" in shown else set()))
        - hidden
        - (explicit if "thinking" in hidden else set())
    )


def _parse(flag: str | None) -> frozenset[str]:
    names = [name.strip().lower() for name in (flag or "").split(",")]
    for name in names:
        if name and name not in CHANNELS:
            known = f"channels: {', '.join(CHANNELS)}"
            hint = did_you_mean(name, CHANNELS, known, _SYNONYMS)
            raise UsageProblem(f"unknown channel {name!r}", hint=hint)
    return frozenset(filter(None, names))
