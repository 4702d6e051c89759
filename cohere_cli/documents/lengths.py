"""How long a passage is to be, in words."""

USUAL = 300
"""What a passage is filled up to."""
MOST = 400
"""What stays whole, if it is a paragraph: the API advises documents below that."""

# Bytes of UTF-8, as long as a long word's. So scripts that have no spaces are
# counted, too, and code whose words are not divided.
_WORD = 9


def words(text: str) -> int:
    """Return how many words *text* counts for: its own, or one for 9 bytes of it.

    0 only for blank text.
    """
    bare = text.strip()
    return max(len(bare.split()), len(bare.encode()) // _WORD)
