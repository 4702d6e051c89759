"""Gives up what lets root read and write anything, as other users cannot."""

import ctypes
import os

_CAPBSET_DROP = 24
_DAC_OVERRIDE, _DAC_READ_SEARCH, _FOWNER, _SYS_RESOURCE = 1, 2, 3, 24
_DROPPED = (_DAC_OVERRIDE, _DAC_READ_SEARCH, _FOWNER, _SYS_RESOURCE)
_VERSION_3 = 0x20080522
_LIBC = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Data(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def drop() -> None:
    """Drop them in this process, and in programs that it becomes; Linux only.

    Not the user: the interpreter's own files may be readable by root alone.
    """
    if os.getuid():
        return
    for one in _DROPPED:
        _LIBC.prctl(_CAPBSET_DROP, one, 0, 0, 0)
    header, data = _Header(_VERSION_3, 0), (_Data * 2)()
    _LIBC.capget(ctypes.byref(header), data)
    for one in _DROPPED:
        for name in ("effective", "permitted", "inheritable"):
            setattr(data[0], name, getattr(data[0], name) & ~(1 << one))
    _LIBC.capset(ctypes.byref(header), data)
