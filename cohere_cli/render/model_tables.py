"""Models for people: a list of them as a table, or one of them line by line."""

from collections.abc import Sequence

from cohere_cli.api.model_lists import Model
from cohere_cli.render.columns import Cell, write_columns
from cohere_cli.terminal import Terminal, clean_line


def write_models(terminal: Terminal, models: Sequence[Model]) -> None:
    """Write a row a model: name, context in tokens, endpoints, what it can."""
    # Right-aligned, so that digits of one weight stand below each other.
    lengths = [_length(model) for model in models]
    wide = max(map(len, lengths), default=0)
    rows = [
        (
            (model.name, "dim" if model.is_deprecated else "bold"),
            (length.rjust(wide), "cyan"),
            (", ".join(model.endpoints), ""),
            (_remarks(model), "dim"),
        )
        for model, length in zip(models, lengths, strict=True)
    ]
    write_columns(terminal, rows, one_line=True)


def write_names(terminal: Terminal, models: Sequence[Model]) -> None:
    """Write a name a line, for other programs."""
    terminal.write("".join(f"{clean_line(model.name)}\n" for model in models))


def write_model(terminal: Terminal, model: Model) -> None:
    """Write what is known of one model, a line each."""
    known = {
        "name": model.name,
        "context": f"{_length(model)} tokens" if model.context_length else "",
        "endpoints": ", ".join(model.endpoints),
        "default of": ", ".join(model.default_for),
        "features": ", ".join(model.features),
        "deprecated": "yes" if model.is_deprecated else "",
    }
    rows: list[tuple[Cell, Cell]] = [
        ((name, "dim"), (value, "")) for name, value in known.items() if value
    ]
    write_columns(terminal, rows)


def _length(model: Model) -> str:
    return f"{model.context_length:,}" if model.context_length else ""


def _remarks(model: Model) -> str:
    deprecated = ("deprecated",) if model.is_deprecated else ()
    default = ("the default",) if model.default_for else ()
    return ", ".join((*deprecated, *default, *model.features))
