"""The branches of a conversation: an edited prompt begins one."""

from collections.abc import Sequence

from cohere_cli.conversation.turn import Turn


def branch_to(turns: Sequence[Turn], number: int) -> list[Turn]:
    """Return the turn *number* after those that it follows, the first one first."""
    by_number = {turn.number: turn for turn in turns}
    found: list[Turn] = []
    while turn := by_number.get(number):
        found.append(turn)
        # A parent is older, so that this ends.
        number = min(turn.parent, number - 1)
    return found[::-1]


def current_branch(turns: Sequence[Turn], head: int) -> list[Turn]:
    """Return the branch that ends at the turn *head*, 0 for none.

    The last turn is a part of it if it follows the head: it may be incomplete.
    """
    last = branch_to(turns, turns[-1].number) if turns else []
    is_later = not head or any(turn.number == head for turn in last)
    return last if is_later else branch_to(turns, head)
