"""Whether a file is still the one that was read: its size, its times, its inode."""

import os
import stat

# Two changes within one tick of the clock leave the same time. Linux ticks every 1 to
# 10 ms; FAT has times of 2 s, as have copies from it.
_TICK = 20_000_000
_COARSE_TICK = 2_000_000_000
_SECOND = 1_000_000_000


def state_of(status: os.stat_result | str) -> str:
    """Return what changes whenever a file changes, "" if it is not a regular file.

    The time of the last change of the inode is a part of it: no program can set that
    one back, as `touch -d` does with the time of the last change of the content.
    """
    if isinstance(status, str) or not stat.S_ISREG(status.st_mode):
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def is_settled(status: os.stat_result | str, read_at: int) -> bool:
    """Whether any change after *read_at*, in ns, would show in the file's state.

    Git calls an entry of its index "racy" where it would not.
    """
    if isinstance(status, str):
        return False
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    is_coarse = status.st_mtime_ns % _SECOND == status.st_ctime_ns % _SECOND == 0
    return changed + (_COARSE_TICK if is_coarse else _TICK) < read_at
