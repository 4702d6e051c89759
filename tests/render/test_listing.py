import pytest

from cohere_cli.render.json import write_json_list
from cohere_cli.terminal import Terminal


@pytest.mark.parametrize(
    ("lines", "written"),
    [(True, '{"a": "ü"}\n{}\n'), (False, '[{"a": "ü"}, {}]\n')],
)
def test_objects_are_one_array_or_a_line_each(lines, written):
    terminal = Terminal.fake()
    write_json_list(terminal, iter([{"a": "ü"}, {}]), lines=lines)
    assert terminal.written.decode() == written
