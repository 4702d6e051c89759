"""Where a flag stands in the help: the panels, and how to put a flag in one."""

from typing import Any

import typer


def call_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about the call: where it goes, and how it is made."""
    return typer.Option(*names, help=text, rich_help_panel="The call", **more)


def model_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about the model, and how it draws its words."""
    return typer.Option(*names, help=text, rich_help_panel="The model", **more)


def given_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about what the model is given beside the prompt."""
    return typer.Option(*names, help=text, rich_help_panel="What it is given", **more)


def shown_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about what is shown, and how."""
    return typer.Option(*names, help=text, rich_help_panel="What is shown", **more)


def sent_flag(*names: str, text: str, **more: Any) -> Any:
    """A flag about many requests: how large, how many at once, how often."""
    return typer.Option(*names, help=text, rich_help_panel="Many requests", **more)
