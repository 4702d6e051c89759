"""Files and folders of their owner alone, and how a file takes another's place.

On POSIX the mode says who may read and write them. On Windows a list of access rights
does, which a file has from its folder: a user's own folders are closed to other users
there, and a folder that `co` makes gets a list with that user alone.
"""

import os
import stat
import sys
from pathlib import Path

OWN_FILE, OWN_FOLDER = 0o600, 0o700

if sys.platform == "win32":
    import ctypes
    import errno
    import subprocess
    from contextlib import suppress
    from time import monotonic, sleep

    _PATIENCE = 2.0  # seconds; a virus scanner has a new file open for less
    _ICACLS_SECONDS = 10.0
    _WITH_DOMAIN, _LONGEST_NAME = 2, 512  # NameSamCompatible; characters

    PROTECTION = "the access list of its folder, which `icacls` shows"
    """What keeps other users from reading a file."""

    def make_folder(path: Path) -> None:
        """Make a folder for this user alone; raises `OSError`.

        Where `icacls` fails, as in FAT, it has the rights of the folder above it.
        """
        path.mkdir()
        with suppress(OSError, subprocess.SubprocessError):
            # Not inherited from above (/inheritance:r); inherited by what is in it.
            own = f"{_user()}:(OI)(CI)F"
            subprocess.run(  # noqa: S603 - the system's own program, by its whole path
                [_icacls(), str(path), "/inheritance:r", "/grant:r", own],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_ICACLS_SECONDS,
                check=True,
            )

    def _icacls() -> str:
        # Not by PATH, nor from the current folder, which Windows looks at first.
        folder = ctypes.create_unicode_buffer(_LONGEST_NAME)
        ctypes.windll.kernel32.GetSystemDirectoryW(folder, _LONGEST_NAME)
        return f"{folder.value}\\icacls.exe"

    def _user() -> str:
        """Return the account, with its domain: two may have the same name."""
        name = ctypes.create_unicode_buffer(_LONGEST_NAME)
        size = ctypes.c_ulong(_LONGEST_NAME)
        if not ctypes.windll.secur32.GetUserNameExW(
            _WITH_DOMAIN, name, ctypes.byref(size)
        ):
            raise OSError(errno.ENOENT, "the account has no name")
        return name.value

    def make_private(descriptor: int) -> None:
        """Do nothing: a new file has the rights of its folder."""

    def revoke(path: Path, bits: int) -> None:
        """Do nothing: modes say nothing about other users."""

    def mode_of(status: os.stat_result) -> int:
        """Return that of the owner alone: rights of others are not in a status."""
        return OWN_FOLDER if stat.S_ISDIR(status.st_mode) else OWN_FILE

    def is_own(status: os.stat_result, *, or_system: bool = False) -> bool:
        """Return True: whose a file is is not in its status."""
        return True

    def copy_mode(path: Path, descriptor: int) -> None:
        """Do nothing: a new file has the rights of its folder."""

    def replace(new: Path, path: Path) -> None:
        """Put the file *new* in the place of *path*, when no program has that open.

        Raises `OSError` after two seconds.
        """
        end = monotonic() + _PATIENCE
        while True:
            try:
                new.replace(path)
            except PermissionError as exc:
                if monotonic() > end:
                    reason = "another program has it open"
                    raise PermissionError(exc.errno, reason) from exc
                sleep(0.01)
            else:
                return

else:
    PROTECTION = "its mode, which `ls -l` shows"
    """What keeps other users from reading a file."""

    def make_folder(path: Path) -> None:
        """Make a folder for this user alone, under any umask; raises `OSError`."""
        path.mkdir(mode=OWN_FOLDER)
        # The umask may have removed even the owner's bits.
        path.chmod(OWN_FOLDER)

    def make_private(descriptor: int) -> None:
        """Have a file that is open be its owner's alone; raises `OSError`."""
        os.fchmod(descriptor, OWN_FILE)

    def revoke(path: Path, bits: int) -> None:
        """Take *bits* from the user's own folder; a sticky one is shared on purpose."""
        status = path.stat()
        is_shared = status.st_mode & stat.S_ISVTX or not is_own(status)
        if status.st_mode & bits and not is_shared:
            path.chmod(stat.S_IMODE(status.st_mode) & ~bits)

    def mode_of(status: os.stat_result) -> int:
        """Return the bits of the mode that say who may do what."""
        return stat.S_IMODE(status.st_mode)

    def is_own(status: os.stat_result, *, or_system: bool = False) -> bool:
        """Whether a file belongs to this user, or to the administrator."""
        return status.st_uid == os.geteuid() or (or_system and status.st_uid == 0)

    def copy_mode(path: Path, descriptor: int) -> None:
        """Give the file *descriptor* the mode of *path*."""
        os.fchmod(descriptor, path.stat().st_mode & 0o777)

    def replace(new: Path, path: Path) -> None:
        """Put the file *new* in the place of *path*, durably: it survives a power cut.

        Raises `OSError`.
        """
        new.replace(path)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        descriptor = os.open(path.parent, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
