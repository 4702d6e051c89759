import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import ClassVar

import pytest

from cohere_cli.record import value_class


@value_class
class Point:
    """A value with every kind of field."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)
    key: str = field(default="", repr=False)
    note: str = field(default="", compare=False)


@value_class
class Named(Point):
    """The same with a name."""

    name: str = "no name"


@dataclass(frozen=True)
class Usual:
    """What `Point` is to be equal to."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 0
    tags: list[str] = field(default_factory=list)
    key: str = field(default="", repr=False)
    note: str = field(default="", compare=False)


CALLS = [
    lambda kind: kind(1),
    lambda kind: kind(1, 2, ["a"]),
    lambda kind: kind(x=1, key="secret", note="b"),
    lambda kind: replace(kind(1, 2), y=3, key="c"),
    lambda kind: copy.copy(kind(1, 2)),
]


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
def test_a_value_has_the_fields_and_the_repr_of_a_dataclass(call):
    ours, usual = call(Point), call(Usual)
    assert vars(ours) == vars(usual)
    assert repr(ours) == repr(usual).replace("Usual", "Point")
    assert "secret" not in repr(ours)


@pytest.mark.parametrize("kind", [Point, Usual])
def test_values_are_equal_by_the_fields_that_are_compared(kind):
    assert kind(1, note="a") == kind(1, note="b")
    assert kind(1) != kind(2)
    assert kind(1) != (1, 0, [], "")
    assert hash(kind(1, tags=())) == hash(kind(1, tags=(), note="b"))
    assert kind(1).tags is not kind(1).tags


def test_a_value_of_another_class_is_not_equal():
    assert Named(1) != Point(1)


def test_a_class_below_has_the_fields_of_both():
    names = [one.name for one in fields(Named)]
    assert names == ["x", "y", "tags", "key", "note", "name"]
    assert Named(1, name="a").name == "a"
    assert Named.kind == "point"


@pytest.mark.parametrize("kind", [Point, Usual])
@pytest.mark.parametrize(
    "call",
    [
        lambda kind: kind(),
        lambda kind: kind(y=1),
        lambda kind: kind(1, x=2),
        lambda kind: kind(1, z=2),
        lambda kind: kind(1, kind="a"),
        lambda kind: kind(1, 2, [], "", "", 6),
        lambda kind: replace(kind(1), z=2),
    ],
    ids=["nothing", "one is missing", "twice", "unknown", "class", "more", "replaced"],
)
def test_other_fields_are_an_error(kind, call):
    with pytest.raises(TypeError):
        call(kind)


def test_a_value_is_checked_by_its_own_method_when_it_is_made_or_replaced():
    @value_class
    class Positive:
        """A number above 0."""

        number: int

        def __post_init__(self):
            if self.number <= 0:
                raise ValueError("must be above 0")

    with pytest.raises(ValueError, match="must be above 0"):
        replace(Positive(1), number=0)


@pytest.mark.parametrize("kind", [Point, Usual])
def test_a_value_cannot_be_changed(kind):
    value = kind(1)
    with pytest.raises(FrozenInstanceError):
        value.x = 2
    with pytest.raises(FrozenInstanceError):
        del value.x
    with pytest.raises(FrozenInstanceError):
        value.z = 2
    assert value == kind(1)


def test_a_value_can_be_pickled():
    assert pickle.loads(pickle.dumps(Point(1, key="a"))) == Point(1, key="a")
