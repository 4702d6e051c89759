"""What a transcript on a screen or in a pipe has beside the answers: the prompts."""

from cohere_cli.terminal import Terminal, clean, clean_line

_MARK = "> "


def write_heading(terminal: Terminal, place: str, about: str) -> None:
    """Write the heading of a turn: its *place*, bold, and what is known *about* it."""
    place, about = clean_line(place), clean_line(about)
    if not terminal.can_style:
        terminal.write(f"{place}  {about}\n")
        return
    from cohere_cli.render.rich_rows import RowRenderer

    rows = RowRenderer(terminal)
    heading = f"{rows.styled(place, 'bold')}  {rows.styled(about, 'dim')}"
    terminal.draw(f"{heading}\n")


def write_prompt(terminal: Terminal, prompt: str) -> None:
    """Write *prompt*, each line after a `>`, and a blank line."""
    if not terminal.can_style:
        lines = (f"{_MARK}{line}".rstrip() for line in prompt.splitlines() or [""])
        terminal.write("".join(f"{line}\n" for line in (*lines, "")))
        return
    from rich.text import Text

    from cohere_cli.render.rich_rows import RowRenderer

    rows = RowRenderer(terminal)
    width = max(terminal.width - len(_MARK), 1)
    drawn = rows.rows(Text(clean(prompt), style="bold"), width)
    mark = rows.styled(_MARK, "cyan")
    terminal.draw("".join(f"{mark}{row}\n" for row in drawn) + "\n")


def write_ending(terminal: Terminal, ending: str) -> None:
    """Write how a turn ended that is not complete, in brackets."""
    line = f"[{clean_line(ending)}]"
    if not terminal.can_style:
        terminal.write(f"{line}\n")
        return
    from cohere_cli.render.rich_rows import RowRenderer

    terminal.draw(f"{RowRenderer(terminal).styled(line, 'yellow')}\n")
