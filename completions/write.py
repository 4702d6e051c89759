"""Write the scripts of this folder anew, from the command tree."""

from pathlib import Path

from typer.main import get_command

from cohere_cli.app import app
from cohere_cli.commands.completion.command import Shell, script

HERE = Path(__file__).parent
NAMES = {
    Shell.BASH: "co.bash",
    Shell.ZSH: "_co",
    Shell.FISH: "co.fish",
    Shell.POWERSHELL: "co.ps1",
}

for shell, name in NAMES.items():
    HERE.joinpath(name).write_text(script(shell, get_command(app)), "utf-8")
