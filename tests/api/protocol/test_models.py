import pytest

from cohere_cli.api.protocol.models import (
    Model,
    get_model,
    list_models,
    list_openai_models,
    list_path,
    model_path,
)
from cohere_cli.errors import ServerFault

COMMAND = {
    "name": "command-x",
    "endpoints": ["chat", "embed_image"],
    "default_endpoints": ["chat"],
    "context_length": 288000.0,
    "features": ["tools", 5],
    "is_deprecated": False,
    "finetuned": False,
    "config": {"huge": True},
}
OLD = {"name": "old", "is_deprecated": True, "context_length": 0, "features": None}


class Server:
    """Answers with pages, one after the other, and remembers what was asked."""

    def __init__(self, *pages):
        self.pages = list(pages)
        self.asked = []

    def get(self, path):
        self.asked.append(path)
        return self.pages.pop(0)


def test_a_models_fields_are_decoded_and_its_object_is_preserved():
    server = Server(COMMAND)
    assert get_model(server.get, "a/b ü") == Model(
        name="command-x",
        context_length=288_000,
        endpoints=("chat", "embed_image"),
        default_for=("chat",),
        features=("tools",),
        data=COMMAND,
    )
    assert server.asked == ["/v1/models/a%2Fb%20%C3%BC"]


def test_pages_are_followed_to_the_last():
    pages = [
        {"models": [COMMAND], "next_page_token": "a&b"},
        {"models": [OLD], "next_page_token": ""},
    ]
    server = Server(*pages)
    assert list(list_models(server.get, "chat")) == [
        get_model(lambda _: COMMAND, ""),
        Model("old", is_deprecated=True, data=OLD),
    ]
    first = "/v1/models?endpoint=chat&page_size=1000"
    assert server.asked == [first, f"{first}&page_token=a%26b"]


def test_a_list_that_never_ends_is_the_servers_fault():
    page = {"models": [], "next_page_token": "again"}
    with pytest.raises(ServerFault, match=r"^the list of models has over 100 pages$"):
        list(list_models(lambda _: page))


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ([], "the reply is not a list of models"),
        ({"models": {}}, "the reply is not a list of models"),
        ({"models": [5]}, "the reply has a model without a name"),
        ({"models": [{"name": ""}]}, "the reply has a model without a name"),
    ],
)
def test_a_reply_that_is_not_a_list_of_models_is_a_server_fault(page, message):
    with pytest.raises(ServerFault) as caught:
        list(list_models(lambda _: page))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("item", "length"),
    [
        ({"id": "m", "object": "model"}, None),
        ({"id": "m", "max_model_len": 4096}, 4096),
        ({"id": "m", "context_length": 8192}, 8192),
        ({"id": "m", "meta": {"n_ctx_train": 2048}}, 2048),
        ({"id": "m", "meta": None, "context_length": True}, None),
    ],
)
def test_the_context_length_of_other_servers_has_several_names(item, length):
    model = Model("m", context_length=length, data=item)
    assert list(list_openai_models(lambda _: {"data": [item]})) == [model]
    assert list(list_openai_models(lambda _: [item])) == [model]


@pytest.mark.parametrize("page", [{}, {"data": None}, "x", {"data": [{"name": "m"}]}])
def test_a_reply_that_is_not_an_openai_list_is_a_server_fault(page):
    with pytest.raises(ServerFault):
        list(list_openai_models(lambda _: page))


def test_paths_hold_only_the_parameters_given():
    assert list_path() == "/v1/models?page_size=1000"
    assert model_path("$(id)") == "/v1/models/%24%28id%29"
