import pytest

from cohere_cli.api.bodies import CompatBody
from cohere_cli.compose.body_file import BodyFile, stacked
from cohere_cli.compose.compat import compat_body
from cohere_cli.errors import InputProblem

USER = {"role": "user", "content": "Hi"}


def test_flags_alone_make_a_body():
    body = compat_body(
        "Hi",
        system="Be brief.",
        flags={"top_p": 0.5, "stop": ("END",), "seed": None},
        default_model="default",
    )
    assert body == CompatBody(
        model="default",
        messages=({"role": "system", "content": "Be brief."}, USER),
        stream=True,
        top_p=0.5,
        stop=("END",),
    )


def test_a_file_of_openais_shape_is_taken_with_flags_laid_over_it():
    data = {
        "messages": [{"role": "developer", "content": "x"}],
        "stop": "END",
        "seed": 1,
    }
    body = compat_body("Hi", flags={"seed": 2}, default_model="d", file=BodyFile(data))
    assert body == CompatBody(
        model="d",
        messages=({"role": "developer", "content": "x"}, USER),
        stream=True,
        stop="END",
        seed=2,
    )


def test_a_field_of_cohere_alone_is_refused():
    file = stacked([("body.json", {"messages": [USER], "documents": []})])
    with pytest.raises(
        InputProblem, match=r"^unknown field 'documents' \(body.json\)$"
    ):
        compat_body("", flags={}, default_model="d", file=file)
