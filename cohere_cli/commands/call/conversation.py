"""The conversation that a call goes on with, and the record of its turn."""

import shlex
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cohere_cli.api.protocol.requests import to_json
from cohere_cli.commands.call.editor import edited_text
from cohere_cli.commands.call.turn_record import Fitted, current_place
from cohere_cli.conversation.context import (
    count_steps,
    estimate_tokens,
    is_system,
    messages_of,
    own_messages,
    turns_that_fit,
)
from cohere_cli.conversation.conversation import Conversation
from cohere_cli.conversation.database import history_path
from cohere_cli.conversation.store import opened_history
from cohere_cli.conversation.turn import Turn
from cohere_cli.errors import UsageProblem
from cohere_cli.record import Record
from cohere_cli.terminal import Terminal
from cohere_cli.text import nearest, plural

if TYPE_CHECKING:
    from cohere_cli.commands.flags.answer import AnswerFlags
    from cohere_cli.conversation.store import History
    from cohere_cli.request.body_file import BodyFile

FlagsT = TypeVar("FlagsT", bound="AnswerFlags")

FINISH = "Go on exactly where your answer ends, and repeat nothing of it."
"""The prompt of --finish, unless another is given."""

_NOT_FIELDS = ("messages", "model")  # that --without can leave out
_MOST_NAMED = 5  # conversations that a hint names

_FAMILIES = {"compat": ("compat",), "chat": ("chat", "ask"), "ask": ("chat", "ask")}
"""The commands whose conversations one goes on with: those of the same endpoint."""


class Going(NamedTuple):
    """A conversation that goes on, and the prompt that the flags ask for.

    `prompt` is None where the words of the command line are the prompt, and `is_over`
    is true where nothing is to be sent.
    """

    conversation: Conversation
    prompt: str | None = None
    is_over: bool = False


def going_on(
    flags: "AnswerFlags", command: str, words: Sequence[str], terminal: Terminal
) -> Going:
    """Return the conversation of --continue, --resume, --at, --edit, --undo, --finish.

    With --name alone it is new. Raises `UsageProblem` where there is none, and
    `HistoryUnusable`.
    """
    _require_one_way(flags)
    conversation = _chosen(flags, command, terminal)
    if flags.at is not None:
        conversation.go_to(flags.at)
    if flags.finish:
        conversation.finish()
        return Going(conversation, None if words else FINISH)
    if flags.undo:
        return _undone(conversation, words, flags, terminal)
    if flags.edit is not None:
        turn = conversation.edit(flags.edit)
        return Going(conversation, None if words else _edited(turn, terminal))
    _note_left_out(conversation, terminal)
    return Going(conversation)


def flags_of(
    conversation: Conversation, flags: FlagsT, environ: Mapping[str, str]
) -> FlagsT:
    """Return *flags* with the server and the images of the turn before.

    The images are those of a prompt that is edited. Not to be used twice.
    """
    flags = server_flags_of(conversation, flags, environ)
    if conversation.edited and (images := _images(conversation.edited)):
        flags = replace(flags, image=[*images, *(flags.image or ())])
    return flags


def server_flags_of(
    conversation: Conversation, flags: FlagsT, environ: Mapping[str, str]
) -> FlagsT:
    """Return *flags* with the profile and the base URL of the turn before.

    Not where a flag, CO_PROFILE or CO_API_URL names another.
    """
    before = conversation.before
    call: Mapping[str, Any] = before.call if before else {}
    if flags.profile is None and not environ.get("CO_PROFILE"):
        flags = replace(flags, profile=call.get("profile"))
    is_same = flags.profile == call.get("profile")
    if flags.base_url is None and is_same and not environ.get("CO_API_URL"):
        flags = replace(flags, base_url=call.get("base_url"))
    return flags


def _images(turn: Turn) -> list[str]:
    """Return the images of the prompt of *turn*, as --image takes them."""
    contents = (one.get("content") for one in own_messages(turn)[-1:])
    blocks = (each for one in contents if isinstance(one, list) for each in one)
    return [_image(one["image_url"]) for one in blocks if one.get("image_url")]


def _image(sent: Mapping[str, Any]) -> str:
    detail = sent.get("detail")
    return f"{sent['url']}:{detail}" if detail in ("low", "high") else str(sent["url"])


def require_same_server(
    conversation: Conversation,
    flags: "AnswerFlags",
    base_url: str,
    terminal: Terminal,
) -> None:
    """Raise `UsageProblem` if the talk would go to another server unasked.

    That is where the active profile, or CO_API_URL, was another at the turn before. A
    server that *flags* or a variable names is what the user wants: a note says so.
    """
    before = conversation.before
    # A sandbox has no URL.
    if before is None or base_url in ("", before.base_url) or not before.base_url:
        return
    other = f"turn {before.number} of {conversation.id} was asked at {before.base_url}"
    environ = terminal.environ
    variables = (environ.get("CO_PROFILE"), environ.get("CO_API_URL"))
    if any((flags.profile, flags.base_url, *variables)):
        terminal.note(f"co: {other}; what follows, and the talk so far, at {base_url}")
        return
    back = f"--base-url {before.base_url}"
    ways = f"`{back}` goes on there, `--base-url {base_url}` here"
    raise UsageProblem(f"{other}, and the server is {base_url} now", hint=ways)


def earlier_file(
    conversation: Conversation, flags: "AnswerFlags", command: str
) -> "BodyFile | None":
    """Return the body that the turns before leave, as a body file; None without any.

    Its documents are replaced by those of the same id. Raises `UsageProblem` where
    --without names a field that it does not have.
    """
    from cohere_cli.request.body_file import BodyFile

    body = conversation.body()
    if not body:
        return None
    before = conversation.before
    if before and command == "ask":
        _drop_passages(body, before)
    for name in flags.without or ():
        if name == "system":
            messages = body["messages"]
            body["messages"] = [one for one in messages if not is_system(one)]
            continue
        if name not in body or name in _NOT_FIELDS:
            hint = f"it has {', '.join(one for one in body if one not in _NOT_FIELDS)}"
            what = f"--without {name}: the conversation has no such field"
            near = nearest(name, [one for one in body if one not in _NOT_FIELDS])
            hint = f"did you mean {near!r}?" if near else hint
            raise UsageProblem(what, hint=hint)
        del body[name]
    where = f"conversation {conversation.id}"
    file = BodyFile(body, dict.fromkeys(body, where))
    return replace(file, replaceable=frozenset(file.document_ids))


def fit(
    conversation: Conversation, body: Any, terminal: Terminal, *, share: float = 0
) -> Fitted:
    """Return *body* without the oldest turns that exceed the context of its model.

    A *share* of the context, below 1, stays free beside the answer.
    """
    from cohere_cli.api.protocol.models import context_length
    from cohere_cli.jobs.estimate import ANSWER_TOKENS

    data = to_json(body)
    turns, messages = conversation.branch(), data["messages"]
    counts = [len([*messages_of(turn)]) for turn in turns]
    begin = len([*takewhile(is_system, messages)])
    own = [*messages[:begin], *messages[begin + sum(counts) :]]
    tokens = estimate_tokens({**data, "messages": own})
    limit = context_length(str(data["model"]))
    room = None if limit is None else int(limit * (1 - share)) - tokens
    if room is not None:
        room -= data.get("max_tokens") or ANSWER_TOKENS
    chosen = turns_that_fit(turns, room, always=count_steps(turns, own))
    if left_out := len(turns) - len(chosen):
        what = f"the oldest {plural(left_out, 'turn')} left out"
        terminal.note(f"co: {what}: the context of {data['model']} is full")
        begins_at = begin + sum(counts[:left_out])
        body = _with_messages(body, lambda all_: [*all_[:begin], *all_[begins_at:]])
    tokens += sum(estimate_tokens([*messages_of(turn)]) for turn in chosen)
    return Fitted(body, own, chosen[0].number if chosen else 0, tokens)


def _with_messages(body: Any, change: Callable[[Sequence[Any]], list[Any]]) -> Any:
    if isinstance(body, Record):
        return body.replace(messages=tuple(change(body.messages)))  # type: ignore[attr-defined]
    changed = copy(body)
    changed["messages"] = change(body["messages"])
    return changed


def _require_one_way(flags: "AnswerFlags") -> None:
    ways = {
        "--at": flags.at is not None,
        "--edit": flags.edit is not None,
        "--undo": flags.undo,
        "--finish": flags.finish,
    }
    given = [name for name, is_given in ways.items() if is_given]
    if len(given) > 1:
        what = f"{' and '.join(given)} cannot be combined"
        raise UsageProblem(what, hint="choose one of them")
    if flags.going_on and flags.resume is not None:
        what = "--continue and --resume name two conversations"
        raise UsageProblem(what, hint="leave out one of them")


def _chosen(flags: "AnswerFlags", command: str, terminal: Terminal) -> Conversation:
    path = history_path(terminal.environ)
    with opened_history(path, create=False) as history:
        is_new = flags.name is not None and not _names_an_old_one(flags)
        if is_new:
            conversation = Conversation()
        else:
            id_ = _resumed(flags, command, history)
            turns = history.turns(id_)
            conversation = Conversation(
                id_, history.name_of(id_), turns, history.head_of(id_)
            )
            _require_family(conversation, command)
        if flags.name is not None:
            require_free_name(flags.name, conversation, history)
            conversation.name = flags.name
    return conversation


def _names_an_old_one(flags: "AnswerFlags") -> bool:
    ways = (flags.going_on, flags.resume is not None, flags.at is not None)
    return any((*ways, flags.edit is not None, flags.undo, flags.finish))


def _resumed(flags: "AnswerFlags", command: str, history: "History") -> str:
    if flags.resume is None:
        found = history.latest(current_place(), _FAMILIES[command])
        if found:
            return found
        hint = "`co history list` lists those that are kept; of a sandbox, with --name"
        raise UsageProblem("there is no conversation to go on with", hint=hint)
    return found_conversation(history, flags.resume)


def found_conversation(history: "History", text: str) -> str:
    """Return the id of the conversation with this name, or beginning of an id.

    Raises `UsageProblem` if there is none, or more than one.
    """
    if not text:
        # As of a variable of a script that is not set.
        hint = "`co history list` lists conversations, -c goes on with the last one"
        raise UsageProblem("--resume takes an id or a name", hint=hint)
    found = history.find(text)
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(found[:_MOST_NAMED])
        hint = f"write more of it: {some}{', …' if found[_MOST_NAMED:] else ''}"
        what = f"{len(found)} conversations begin with {text!r}"
        raise UsageProblem(what, hint=hint)
    near = nearest(text, history.names())
    hint = f"did you mean {near!r}?" if near else "`co history list` lists them"
    raise UsageProblem(f"no such conversation: {text!r}", hint=hint)


def _require_family(conversation: Conversation, command: str) -> None:
    last = conversation.last
    if last and last.command not in _FAMILIES[command]:
        what = f"{conversation.id} is a conversation of `co {last.command}`"
        hint = f"go on with it there: `co {last.command} --resume {conversation.id}`"
        raise UsageProblem(what, hint=hint)


def require_free_name(
    name: str, conversation: Conversation, history: "History", flag: str = "--name"
) -> None:
    """Raise `UsageProblem` for a *name* that *conversation* cannot have."""
    if not (name.strip() and name.isprintable()):
        hint = f"for instance {flag} trip"
        raise UsageProblem(f"{flag} takes a text of printable characters", hint=hint)
    other = history.find(name)
    if name in history.names() and other != [conversation.id]:
        hint = f"`co chat --resume {shlex.quote(name)}` goes on with it"
        raise UsageProblem(f"another conversation is named {name!r}", hint=hint)


def _undone(
    conversation: Conversation,
    words: Sequence[str],
    flags: "AnswerFlags",
    terminal: Terminal,
) -> Going:
    undone = conversation.undo()
    is_over = not (words or flags.file or terminal.has_piped_input)
    if is_over:
        with opened_history(history_path(terminal.environ)) as history:
            history.set_head(conversation.id, conversation.head)
            if conversation.name:
                history.set_name(conversation.id, conversation.name)
        after = f"after turn {conversation.head}" if conversation.head else "anew"
        what = f"turn {undone.number} of {conversation.id} is left out"
        terminal.note(f"co: {what}; the next one goes on {after}")
    return Going(conversation, is_over=is_over)


def _edited(turn: Turn, terminal: Terminal) -> str:
    prompt = edited_text(turn.prompt, terminal)
    if not prompt.strip():
        raise UsageProblem("the prompt is empty", hint="nothing was sent")
    # A text that begins with @ names no file here.
    return f"@{prompt}" if prompt.startswith("@") else prompt


def _note_left_out(conversation: Conversation, terminal: Terminal) -> None:
    if turn := conversation.left_out():
        number = turn.number
        what = f"turn {number} is {turn.status} and left out"
        terminal.note(f"co: {what}; --at {number} includes it, --finish completes it")


def _drop_passages(body: dict[str, Any], before: Turn) -> None:
    """Remove the passages of the last question: the next one has its own."""
    count = before.call.get("passages", 0)
    documents = body.pop("documents", [])
    if kept := documents[: len(documents) - count]:
        body["documents"] = kept
