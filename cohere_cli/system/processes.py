"""Other processes: started apart from Ctrl-C, ended whole, and given open files."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

if sys.platform == "win32":
    import msvcrt
    from multiprocessing import reduction

    from cohere_cli.system.open_files import PLAIN

    # A console program of its own group gets no Ctrl-C; nor does it open a window.
    APART: Mapping[str, Any] = {
        "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP
        | subprocess.CREATE_NO_WINDOW
    }
    """For `Popen`: a process that Ctrl-C is not for, and that has no terminal."""

    # Without them neither sockets nor libraries are found.
    BASIC_VARIABLES = (
        *("SYSTEMROOT", "WINDIR", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP"),
        *("USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"),
        *("HOMEDRIVE", "HOMEPATH", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
    )
    """The variables that every program needs, beside PATH and those of the language."""

    CAUSES: Mapping[int, str] = {
        0xC0000409: "aborted",
        0xC000001D: "aborted",
        0xC0000017: "out of memory",
    }
    """What the exit code of a process that died tells: by its number."""

    def end_group(process: int, *, at_once: bool) -> None:
        """End a process with those that it has started; *at_once* makes no difference.

        One whose parent has ended already is not found: `taskkill /T` goes by parents.
        """
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(  # noqa: S603 - the system's own program
                [_taskkill(), "/PID", str(process), "/T", "/F"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=10,
                check=False,
            )

    def _taskkill() -> str:
        import ctypes

        folder = ctypes.create_unicode_buffer(512)
        ctypes.windll.kernel32.GetSystemDirectoryW(folder, 512)
        return f"{folder.value}\\taskkill.exe"

    def start_with_socket(
        command: Sequence[str], channel: socket.socket, environ: Mapping[str, str]
    ) -> "subprocess.Popen[bytes]":
        """Start *command*, which gets *channel* by `given_socket`; raises `OSError`."""
        process = subprocess.Popen(  # noqa: S603 - Python itself, with our own code
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environ, **least_environ()},
            **APART,
        )
        # Without an answer, if it has died already.
        with suppress(OSError):
            if (to := process.stdin) and (back := process.stdout):
                with to:
                    to.write(channel.share(process.pid))
                with back:
                    back.read(1)  # it has the socket: the caller may close its own
        return process

    def least_environ() -> dict[str, str]:
        """Return the variables without which Python does not start."""
        return {"SYSTEMROOT": os.path.dirname(os.path.dirname(_taskkill()))}  # noqa: PTH120 - of text

    def given_socket() -> socket.socket:
        """Return the socket that this process was started with."""
        with open(0, "rb", closefd=False) as stdin:
            channel = socket.fromshare(stdin.read())
        os.write(1, b".")
        return channel

    def send_file(
        channel: socket.socket, descriptor: int, process: "subprocess.Popen[bytes]"
    ) -> None:
        """Send an open file to *process*, at the other end of *channel*."""
        handle = msvcrt.get_osfhandle(descriptor)
        theirs = reduction.duplicate(handle, handle_of(process))
        channel.sendall(theirs.to_bytes(8, "big"))

    def handle_of(process: "subprocess.Popen[bytes]") -> int:
        """Return the handle of *process*, which `Popen` keeps for itself."""
        return int(getattr(process, "_handle"))  # noqa: B009 - it is in no type stub

    def received_file(channel: socket.socket) -> int | None:
        """Return the descriptor of a file that was sent; None if there is no more."""
        data = channel.recv(8, socket.MSG_WAITALL)
        if not data:
            return None
        return msvcrt.open_osfhandle(int.from_bytes(data, "big"), os.O_RDONLY | PLAIN)

    def terminal_name() -> str:
        """Return a name of this terminal that a later one does not get, "" without one.

        The console's window, by its number.
        """
        import ctypes

        window = ctypes.windll.kernel32.GetConsoleWindow()
        return f"console {window}" if window else ""

else:
    import signal
    from pathlib import Path

    APART: Mapping[str, Any] = {"start_new_session": True}
    """For `Popen`: a process that Ctrl-C is not for, and that has no terminal."""

    BASIC_VARIABLES = ("HOME", "TMPDIR")
    """The variables that every program needs, beside PATH and those of the language."""

    CAUSES: Mapping[int, str] = {
        -signal.SIGXCPU: "out of time",
        -signal.SIGABRT: "aborted",
        -signal.SIGILL: "aborted",
        -signal.SIGTRAP: "aborted",
        -signal.SIGKILL: "out of memory",
    }
    """What the exit code of a process that died tells: by its number."""

    _SOCKET = 0  # standard input

    def least_environ() -> dict[str, str]:
        """Return the variables without which Python does not start."""
        return {}

    def end_group(process: int, *, at_once: bool) -> None:
        """End the group of a process: *at_once* by SIGKILL, else by SIGTERM."""
        number = signal.SIGKILL if at_once else signal.SIGTERM
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process, number)

    def start_with_socket(
        command: Sequence[str], channel: socket.socket, environ: Mapping[str, str]
    ) -> "subprocess.Popen[bytes]":
        """Start *command*, which gets *channel* by `given_socket`; raises `OSError`."""
        return subprocess.Popen(  # noqa: S603 - Python itself, with our own code
            command,
            stdin=channel.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environ,
            process_group=0,  # Ctrl-C is for this process
        )

    def given_socket() -> socket.socket:
        """Return the socket that this process was started with."""
        channel = socket.socket(fileno=os.dup(_SOCKET))
        # No library may read from it.
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, _SOCKET)
        os.close(nowhere)
        return channel

    def send_file(
        channel: socket.socket, descriptor: int, process: "subprocess.Popen[bytes]"
    ) -> None:
        """Send an open file to *process*, at the other end of *channel*."""
        socket.send_fds(channel, [b"\0"], [descriptor])

    def received_file(channel: socket.socket) -> int | None:
        """Return the descriptor of a file that was sent; None if there is no more."""
        _, files, _, _ = socket.recv_fds(channel, 1, 1)
        return files[0] if files else None

    def terminal_name() -> str:
        """Return a name of this terminal that a later one does not get, "" without one.

        The system gives the names of terminals again: so the session counts, too, and
        when it began where the system tells that.
        """
        for descriptor in range(3):
            with suppress(OSError):
                session = os.getsid(0)
                began = ""
                with suppress(OSError, IndexError):
                    path = Path(f"/proc/{session}/stat")
                    status = path.read_text(encoding="utf-8")
                    # After the name of the program, which may hold anything.
                    began = status.rpartition(")")[2].split()[19]
                return f"{os.ttyname(descriptor)} {session} {began}".rstrip()
        return ""
