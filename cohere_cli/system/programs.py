"""Programs that a user has on each system, their settings, and words of a command."""

import shlex
import sys

if sys.platform == "win32":
    EDITOR, PAGER = "notepad", "more"
    """What edits and shows texts, where no variable names another program."""

    HOME = "USERPROFILE"
    """The variable that names the folder of the user."""

    POWERSHELL_SETTINGS = "Documents/PowerShell"
    """Where PowerShell has its settings, below home; "" where XDG_CONFIG_HOME says."""

    def words_of(command: str) -> list[str]:
        """Return the words of a command as its user wrote it; raises `ValueError`.

        A backslash stands for itself, as in paths; quotes hold words together.
        """
        lexer = shlex.shlex(command, posix=True, punctuation_chars=False)
        lexer.whitespace_split, lexer.commenters = True, ""
        lexer.escape = ""
        return list(lexer)

else:
    EDITOR, PAGER = "vi", "less -R"
    """What edits and shows texts, where no variable names another program."""

    HOME = "HOME"
    """The variable that names the folder of the user."""

    POWERSHELL_SETTINGS = ""
    """Where PowerShell has its settings, below home; "" where XDG_CONFIG_HOME says."""

    def words_of(command: str) -> list[str]:
        """Return the words of a command as its user wrote it; raises `ValueError`."""
        return shlex.split(command)
