from cohere_cli.api.protocol.models import Model
from cohere_cli.render.tables.columns import write_model, write_models, write_names
from cohere_cli.terminal import Terminal

MODELS = [
    Model("command-x", 288_000, ("chat",), ("chat",), ("tools", "vision")),
    Model("old\x1b[2J", 4_096, ("chat", "embed"), is_deprecated=True),
    Model("local"),
]


def written(write, models) -> list[str]:
    terminal = Terminal.fake()
    write(terminal, models)
    return terminal.written.decode().splitlines()


def test_a_table_tells_context_endpoints_and_what_to_know():
    assert written(write_models, MODELS) == [
        "command-x  288,000  chat         the default, tools, vision",
        "old^[[2J     4,096  chat, embed  deprecated",
        "local",
    ]


def test_there_is_one_name_on_each_line():
    assert written(write_names, MODELS) == ["command-x", "old^[[2J", "local"]
    assert written(write_names, []) == []
    assert written(write_models, []) == []


def test_one_model_is_shown_line_by_line():
    assert written(write_model, MODELS[0]) == [
        "name        command-x",
        "context     288,000 tokens",
        "endpoints   chat",
        "default of  chat",
        "features    tools, vision",
    ]
    assert written(write_model, MODELS[2]) == ["name  local"]
