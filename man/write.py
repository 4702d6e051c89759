"""Write the pages of the manual anew, from the command tree."""

from pathlib import Path

from typer.main import get_command

from cohere_cli.app import app
from cohere_cli.commands.completion.command_tree import build_tree
from cohere_cli.commands.help.manual import pages
from cohere_cli.commands.help.topics import topic_page

HERE = Path(__file__).parent / "man1"
TOPICS = ("exit-codes", "environment")

HERE.mkdir(exist_ok=True)
root = get_command(app)
topics = {name: [*topic_page(name, root)] for name in TOPICS}
written = set()
for name, text in pages(build_tree(root), topics):
    HERE.joinpath(name).write_text(text, "utf-8")
    written.add(name)
for old in HERE.glob("*.1"):
    if old.name not in written:
        old.unlink()
