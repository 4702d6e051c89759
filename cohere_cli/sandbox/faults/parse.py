"""Parses faults such as `cut=5` or `status=429;retry-after=2;times=1, html`.

A fault is a name, an optional number and optional parameters. Commas separate
faults, which are applied in order.
"""

import re
from dataclasses import replace

from cohere_cli.record import value_class
from cohere_cli.sandbox.faults.catalog import FAULTS, Fault
from cohere_cli.text import nearest

_MAX_FAULTS = 20  # each is one more nested call
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


class InvalidFault(ValueError):
    """Not a valid fault; *hint* suggests a valid name, or is empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@value_class
class FaultRule:
    """A fault and its schedule.

    It is injected into the first `times` replies, each with `probability`, from 0
    to 1. The same `seed` selects the same replies.
    """

    fault: Fault
    times: int | None = None
    probability: float = 1.0
    seed: int = 0


def parse_faults(text: str) -> tuple[FaultRule, ...]:
    """Parse *text*; raises `InvalidFault`."""
    parts = text.split(",")
    if len(parts) > _MAX_FAULTS:
        raise InvalidFault(f"at most {_MAX_FAULTS} faults can be combined")
    return tuple(map(_parse_fault, parts))


def _parse_fault(text: str) -> FaultRule:
    fault, *parameters = text.split(";")
    name, number = _split(fault)
    if name not in FAULTS:
        near = nearest(name, FAULTS)
        hint = f"did you mean {near}?" if near else f"one of {', '.join(FAULTS)}"
        raise InvalidFault(f"unknown fault {name!r}", hint)
    low, high = FAULTS[name].low, FAULTS[name].high
    if number is not None and not low <= number <= high:
        raise InvalidFault(f"{name} must be from {low:g} to {high:.0f}")
    rule = FaultRule(Fault(name, number))
    for parameter in parameters:
        rule = _with_parameter(rule, *_split(parameter))
    return rule


def _split(text: str) -> tuple[str, float | None]:
    name, equals, digits = (part.strip() for part in text.partition("="))
    if equals and not _NUMBER.fullmatch(digits):
        raise InvalidFault(f"{name} needs a number, not {digits!r}")
    return name, float(digits) if equals else None


def _with_parameter(rule: FaultRule, name: str, number: float | None) -> FaultRule:
    if number is None:
        raise InvalidFault(f"{name} needs a number: {name}=1")
    match name:
        case "times":
            return replace(rule, times=int(number))
        case "probability" if number <= 1:
            return replace(rule, probability=number)
        case "probability":
            raise InvalidFault("probability must be from 0 to 1")
        case "seed":
            return replace(rule, seed=int(number))
        case "retry-after":
            return replace(rule, fault=replace(rule.fault, retry_after=number))
        case _:
            known = "times, probability, seed, retry-after"
            raise InvalidFault(f"unknown parameter {name!r}", f"one of {known}")
