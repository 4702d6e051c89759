from tests.interface.shapes import shape
from tests.interface.surface import FILE, written


def test_scripts_find_the_flags_formats_codes_and_fields_that_the_file_has(tmp_path):
    assert written(tmp_path) == FILE.read_text("utf-8"), "python -m tests.interface"


def test_a_shape_has_each_field_with_its_types_and_what_some_objects_lack():
    values = [{"a": 1, "b": [{"c": None}]}, {"a": "x", "b": []}, {"a": 2.5, "d": {}}]
    assert [*shape(values)] == [".a number|string", ".b?[].c null", ".d? object"]
