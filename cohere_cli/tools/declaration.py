"""Tools declared in a file: what the API gets of them, and the commands that run."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from cohere_cli.api.protocol.requests import Tool, to_json
from cohere_cli.documents.reader import read_parsed
from cohere_cli.errors import InputProblem
from cohere_cli.record import EMPTY
from cohere_cli.request.tools import Declared, declared_tools, parse_tool
from cohere_cli.text import STDIN, is_folder, nearest
from cohere_cli.tools.command import Command, CommandTool, slot_of
from cohere_cli.tools.fields import FIELDS, InvalidField
from cohere_cli.tools.process import Limits

if TYPE_CHECKING:
    from cohere_cli.documents.formats.parsed_file import ParsedFile

_LIMITS = Limits.field_names()
NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""A name of a tool that is taken."""

_IN_BRACES = re.compile(r"\{([A-Za-z_][\w.-]*)\}")


class Tools(NamedTuple):
    """The tools of a file: `declared` for the API, `runnable` those with a command."""

    declared: tuple[Tool, ...] = ()
    runnable: tuple[CommandTool, ...] = ()


def read_tools(
    source: str,
    stdin: BinaryIO,
    environ: Mapping[str, str] = EMPTY,
    secrets: Collection[str] = (),
) -> Tools:
    """Return the tools that the file *source* declares; "-" is *stdin*.

    *environ* and *secrets* are for `CommandTool`. Raises `InputProblem` with file and
    line for the first thing that is wrong.
    """
    reader = DeclarationReader(source, stdin, environ, secrets)
    tools = reader.read()
    for problem in reader.problems:
        raise problem
    return tools


class DeclarationReader:
    """Reads the tools of a file, and collects in `problems` what is wrong with them."""

    def __init__(
        self,
        source: str,
        stdin: BinaryIO,
        environ: Mapping[str, str] = EMPTY,
        secrets: Collection[str] = (),
    ) -> None:
        self.problems: list[InputProblem] = []
        self._file = read_parsed(source, stdin)
        self._folder = "." if source == STDIN else os.path.dirname(source) or "."  # noqa: PTH120 - a text
        self._environ, self._secrets = environ, secrets

    @property
    def name(self) -> str:
        """The name of the file for messages."""
        return self._file.name

    def read(self, *, with_programs: bool = False) -> Tools:
        """Return the tools that are right; *with_programs*, those that could start."""
        declared: dict[str, Tool] = {}
        runnable = []
        for each in self._each():
            try:
                tool = _api_tool(each, self._file, declared)
                command = self._command_tool(each, tool)
                if command and with_programs:
                    self._require_program(each, command)
            except InputProblem as exc:
                self.problems.append(exc)
                continue
            declared[tool.function.name] = tool
            runnable += [command] if command else []
        return Tools(tuple(declared.values()), tuple(runnable))

    def _each(self) -> Iterator[Declared]:
        try:
            yield from declared_tools(self._file)
        except InputProblem as exc:
            self.problems.append(exc)

    def _command_tool(self, each: Declared, tool: Tool) -> CommandTool | None:
        """Return the tool as one that can be run, None if it has no command."""
        fields = dict(self._fields(each))
        if "run" not in each.run:
            self._refuse_without_command(each)
            return None
        words = fields.pop("run")
        reads_json = fields.pop("stdin", False)
        self._check_slots(each, words, tool, reads_json=reads_json)
        given = {name: fields.pop(name) for name in _LIMITS if name in fields}
        approve = fields.pop("approve", "ask")
        return CommandTool(
            to_json(tool),
            Command(words, reads_json=reads_json, limits=Limits(**given), **fields),
            approve=approve,
            origin=self._file.name,
            environ=self._environ,
            secrets=self._secrets,
        )

    def _require_program(self, each: Declared, tool: CommandTool) -> None:
        if not tool.finds_program():
            what = f"the program {tool.command.words[0]!r} is not found"
            hint = "a path that is relative begins at `cwd`, else at the current folder"
            raise self._problem(each, what, [*each.path, "run", 0], hint)

    def _fields(self, each: Declared) -> Iterator[tuple[str, Any]]:
        """Yield the fields of the command, by their names in `Command` and `Limits`."""
        for name, value in each.run.items():
            as_, read, _ = FIELDS[name]
            try:
                found = read(value)
                yield as_, self._path(found) if name == "cwd" else found
            except InvalidField as exc:
                path = [*each.path, name, *exc.path]
                raise self._problem(each, f"{name!r} {exc}", path, exc.hint) from exc

    def _path(self, folder: str) -> str:
        """Return `cwd` as a path: one that is relative begins at the file's folder."""
        path = os.path.normpath(f"{self._folder}/{folder}")
        if folder.startswith(("/", "~")):
            path = os.path.expanduser(folder)  # noqa: PTH111 - a text, of any name
        if not is_folder(path):
            raise InvalidField(f"is not a folder: {path}")
        return path

    def _refuse_without_command(self, each: Declared) -> None:
        for name in each.run:
            hint = "`run` is the command, as a list: [python3, report.py, '{day}']"
            what = f"{name!r} has no effect without 'run'"
            raise self._problem(each, what, [*each.path, name], hint)

    def _check_slots(
        self, each: Declared, words: tuple[str, ...], tool: Tool, *, reads_json: bool
    ) -> None:
        """Raise `InputProblem` for a slot that may have no value, or is not a slot."""
        schema = tool.function.parameters
        found = schema.get("properties", {})
        properties: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        for at, word in enumerate(words):
            path = [*each.path, "run", at]
            if what := _slot_problem(word, properties, schema.get("required", ())):
                hint = _slot_hint(word, properties)
                raise self._problem(each, what, path, hint)
        unused = properties.keys() - {slot_of(word) for word in words}
        if not reads_json and unused:
            name = next(one for one in properties if one in unused)
            hint = f"add the word '{{{name}}}', or `stdin: json`"
            what = f"'run' does not use the parameter {name!r}"
            raise self._problem(each, what, [*each.path, "run"], hint)

    def _problem(
        self, each: Declared, what: str, path: list[Any], hint: str
    ) -> InputProblem:
        name = each.tool["function"]["name"]
        return self._file.error_at(f"in the tool {name}: {what}", path, hint=hint)


def _api_tool(each: Declared, file: "ParsedFile", declared: Collection[str]) -> Tool:
    """Return the tool for the API; raises `InputProblem`, also for its schema."""
    tool = parse_tool(each, file)
    name = tool.function.name
    path = [*each.path] if each.is_bare else [*each.path, "function"]
    if name in declared:
        raise file.error_at(f"the tool {name!r} is declared twice", [*path, "name"])
    if not NAME.fullmatch(name):
        hint = "at most 64 letters, digits and underscores"
        what = f"{name!r} cannot be the name of a tool"
        raise file.error_at(what, [*path, "name"], hint=hint)
    problem, steps = _schema_problem(tool.function.parameters)
    if problem:
        what = f"in the tool {name}: the parameters {problem}"
        hint = "such as {type: object, properties: {day: {type: string}}}"
        raise file.error_at(what, [*path, "parameters", *steps], hint=hint)
    return tool


def _schema_problem(schema: Mapping[str, Any]) -> tuple[str, list[str | int]]:
    """Return what is wrong with a schema, and where; "" for a valid one."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for

    if schema and schema.get("type") != "object":
        return "are not of the type 'object'", []
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(dict(schema))
    except SchemaError as exc:
        from cohere_cli.request.schema.explain import describe_error

        why = describe_error(cast("Any", exc), "the schema")
        return f"are not a valid JSON Schema: {why}", [*exc.absolute_path]
    return "", []


def _slot_problem(word: str, properties: Mapping[str, Any], required: Any) -> str:
    if name := slot_of(word):
        if name not in properties:
            return f"'run' has {word}, which is not a parameter"
        one = properties[name]
        has_value = name in required or (isinstance(one, Mapping) and "default" in one)
        return "" if has_value else f"'run' has {word}, which may be left out of a call"
    inside = next((one for one in _IN_BRACES.findall(word) if one in properties), "")
    if inside and word != f"{{{{{inside}}}}}":
        return f"'run' has {{{inside}}} inside of a word, and not as a word of its own"
    return ""


def _slot_hint(word: str, properties: Mapping[str, Any]) -> str:
    name = slot_of(word)
    if not name:
        return "write it as a word of its own; a script can put both together"
    if name in properties:
        return "add it to `required`, give it a `default`, or use `stdin: json`"
    near = nearest(name, properties)
    text = f"the text {word} is written {{{word}}}"
    return f"did you mean {{{near}}}? {text}" if near else text
