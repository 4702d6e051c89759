import json

from cohere_cli.api.protocol.requests import ChatBody, Document, UserMessage, to_json
from cohere_cli.documents.document import Document as Record
from cohere_cli.errors import InputProblem
from cohere_cli.mapping.body import RequestTemplate, Tokens
from cohere_cli.mapping.template import MissingField, parse_template


def record(data):
    return Record(data, b"", "-", 1, "id")


def template(prompt, *models, images=(), **more):
    tokens = Tokens()
    text = tokens.text(parse_template(prompt, "the prompt"))
    text += "".join(tokens.image(parse_template(one, "--image")) for one in images)
    bodies = [
        ChatBody(
            model=model,
            messages=(UserMessage(text),),
            documents=(Document({"text": "not {a} slot"}, "1"),),
        )
        for model in models or ("m",)
    ]
    cuts = [tokens.cut(one) for one in bodies]
    return RequestTemplate(tokens, cuts, "http://x", **more)


def content(body):
    return json.loads(body.content)["messages"][0]["content"]


def test_a_body_is_the_json_of_a_chat_with_the_records_values():
    text = 'quotes " and \\ and\nlines, é and \U0001f600'
    (body,) = template("{a}: {b}, {a}").request(0, record({"a": text, "b": 1})).bodies
    whole = ChatBody(
        model="m",
        messages=(UserMessage(f"{text}: 1, {text}"),),
        documents=(Document({"text": "not {a} slot"}, "1"),),
    )
    assert json.loads(body.content) == to_json(whole)
    assert body.content.isascii()


def test_a_value_is_never_searched_for_slots():
    (body,) = template("{a}{b}").request(0, record({"a": "{b}", "b": "{a}"})).bodies
    assert content(body) == "{b}{a}"


def test_each_model_has_a_body_and_a_key_of_its_own():
    request = template("{a}", "m", "n").request(4, record({"a": "x"}))
    assert [one.model for one in request.bodies] == ["m", "n"]
    assert len(set(request.keys)) == 2
    assert request.index == 4


def test_equal_bodies_have_one_key_in_every_run():
    one = template("{a}").request(0, record({"a": "x", "b": 1}))
    other = template("{a}").request(9, record({"a": "x", "b": 2}))
    assert one.keys == other.keys


def test_a_record_without_a_field_has_an_error_and_no_body():
    request = template("{a}").request(0, record({"b": 1}))
    assert (request.bodies, type(request.error)) == ((), MissingField)


def test_an_image_is_read_for_each_record():
    made = template("x", images=["{p}.png"], read_image=lambda name: f"data:{name}")
    (body,) = made.request(0, record({"p": "cat"})).bodies
    assert content(body) == "xdata:cat.png"


def test_an_image_that_cannot_be_read_is_the_records_error():
    problem = InputProblem("no such file", where="cat.png")

    def refuse(_):
        raise problem

    made = template("x", images=["{p}"], read_image=refuse)
    assert made.request(0, record({"p": "cat.png"})).error is problem
