'''Texts of several lines between `"""` and `"""`, which Enter does not end.'''

MARK = '"""'


def is_open(text: str) -> bool:
    """Whether *text* begins a block, and has no end of it yet."""
    return _begins(text) and not _ends(text)


def without_marks(text: str) -> str:
    """Return the text of a block, or *text* itself if it is none."""
    if not (_begins(text) and _ends(text)):
        return text
    inner = text.strip().removeprefix(MARK).removesuffix(MARK)
    return inner.removeprefix("\n").removesuffix("\n")


def _begins(text: str) -> bool:
    return text.lstrip().startswith(MARK)


def _ends(text: str) -> bool:
    inner = text.strip().removeprefix(MARK)
    return inner.endswith(MARK)
