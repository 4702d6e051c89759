"""`/doc`, `/ask`, `/image`, `/schema`, `/system`: what requests have."""

import os
from collections.abc import Sequence
from dataclasses import replace

from cohere_cli.commands.call.inputs import read_flag_documents
from cohere_cli.commands.call.prompt import read_argument, require_text
from cohere_cli.commands.session.session import Session
from cohere_cli.conversation.session.slash_command import split_words
from cohere_cli.errors import UsageProblem
from cohere_cli.text import RESOURCE, STDIN, is_folder, plural, shown_source

_NOTHING = "-"
_HERE = "."


def set_system(session: Session, argument: str) -> None:
    """Show, set or remove the system message."""
    if argument == _NOTHING:
        session.dropped.add("system")
        session.change(system=None)
        session.terminal.say("co: there is no system message now")
    elif argument:
        require_text("the system message", argument)
        read_argument(argument, session.terminal)  # what is wrong with its file
        session.change(system=argument)
        _show("system message", argument, session)
    else:
        _show("system message", _system(session), session)


def _system(session: Session) -> str:
    if session.flags.system or "system" in session.dropped:
        return session.flags.system or ""
    messages = session.conversation.body().get("messages", ())
    texts = [one["content"] for one in messages if one.get("role") == "system"]
    return "\n".join(map(str, texts))


def add_documents(session: Session, argument: str) -> None:
    """List the documents, add files and folders, or remove all."""
    if argument == _NOTHING:
        session.folders.clear()
        session.dropped.add("documents")
        session.change(document=None)
        session.terminal.say("co: later answers are not grounded in documents")
        return
    if not argument:
        _list_documents(session)
        return
    paths = split_words(argument)
    refuse_stdin(paths)
    folders = [path for path in paths if is_folder(path)]
    files = [path for path in paths if path not in folders]
    if files:
        _add_files(session, files)
    session.folders += [one for one in folders if one not in session.folders]
    for one in folders:
        what = "is searched for each later prompt"
        session.terminal.say(f"co: {shown_source(one)} {what}")


def _add_files(session: Session, files: Sequence[str]) -> None:
    """Add *files* once all of them can be read, and fit into the context."""
    all_files = [*dict.fromkeys([*(session.flags.document or ()), *files])]
    has_resources = any(one.startswith(RESOURCE) for one in all_files)
    servers = session.servers() if has_resources else None
    flags = replace(session.flags, document=all_files, servers=servers)
    read_flag_documents(flags, session.model, None, session.terminal)
    session.change(document=all_files)


def _list_documents(session: Session) -> None:
    files = [f"{shown_source(one)} is sent" for one in session.flags.document or ()]
    folders = [f"{shown_source(one)} is searched" for one in session.folders]
    if not files and not folders:
        hint = "/doc PATH adds a file or a folder"
        session.terminal.say(f"co: there are no documents; {hint}")
    for line in (*files, *folders):
        session.terminal.say(f"co: {line}")


def ask_files(session: Session, argument: str) -> None:
    """Ask one question of files: those that are named, the folders, or here."""
    question, paths = question_and_paths(argument)
    if not question:
        raise UsageProblem("/ask needs a question", hint="/ask Who approves it? docs/")
    session.ask(question, paths=paths or session.folders or [_HERE])


def question_and_paths(argument: str) -> tuple[str, list[str]]:
    """Return the question, and the paths after it.

    Without quotes around the question, a path is a last word that exists, and looks
    like one or follows a question mark.
    """
    if argument[:1] in ("'", '"'):
        question, *paths = split_words(argument)
        return question, paths
    words, paths = argument.split(), []
    if "?" in argument:
        asked, _, after = argument.rpartition("?")
        if (named := after.split()) and all(map(_exists, named)):
            return f"{asked}?", split_words(after)
    while words and _is_path(words[-1]):
        paths.insert(0, *split_words(words.pop()))
    return " ".join(words) if paths else argument, paths


def _is_path(word: str) -> bool:
    looks_so = word.startswith("~") or "." in word or os.sep in word
    return looks_so and _exists(word)


def _exists(word: str) -> bool:
    return os.path.lexists(os.path.expanduser(word))  # noqa: PTH111 - `Path` raises for an unknown user


def add_images(session: Session, argument: str) -> None:
    """Add images to the next prompt, once they can be read."""
    from cohere_cli.documents.images import read_images

    images = split_words(argument)
    if not images:
        raise UsageProblem("/image needs a file or a URL")
    refuse_stdin(images)
    read_images([*session.images, *images], session.terminal.stdin.buffer)
    session.images += images
    count = plural(len(session.images), "image")
    session.terminal.say(f"co: the next prompt has {count}")


def set_schema(session: Session, argument: str) -> None:
    """Show, set or remove the schema of the answers."""
    if argument == _NOTHING:
        session.dropped.add("response_format")
        session.change(schema=None, json_object=False)
        session.terminal.say("co: later answers are text")
    elif argument:
        refuse_stdin([argument])
        _check_schema(argument, session)
        session.change(schema=argument)
        _show("schema", argument, session)
    else:
        _show("schema", session.flags.schema or "", session)


def _check_schema(argument: str, session: Session) -> None:
    from cohere_cli.commands.call.inputs import chat_response_format

    chat_response_format(replace(session.flags, schema=argument), session.terminal)


def _show(name: str, value: str, session: Session) -> None:
    shown = f"{name}: {value}" if value else f"there is no {name}"
    session.terminal.say(f"co: {shown}")


def refuse_stdin(paths: Sequence[str]) -> None:
    """Raise `UsageProblem` where one of *paths* is standard input."""
    if STDIN in paths:
        hint = "write it to a file first"
        raise UsageProblem("standard input (-) is the keyboard here", hint=hint)
