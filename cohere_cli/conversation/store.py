"""The history: conversations and their turns, in a database of their owner."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from cohere_cli.conversation.database import opened, overwrite_freed, transaction
from cohere_cli.conversation.turn import Turn, TurnUsage
from cohere_cli.conversation.turn_columns import (
    decoded,
    encoded,
    text_bytes,
    text_of,
)
from cohere_cli.record import EMPTY
from cohere_cli.text import valid_unicode


class Place(NamedTuple):
    """Where a turn was asked: its terminal, "" without one, and its directory."""

    terminal: str = ""
    folder: str = ""


class ConversationRow(NamedTuple):
    """A conversation as it is listed.

    `turns` is how many it has, `head` the number of the turn that the next one
    follows, 0 for none. `changed` is when the last one began, in seconds since the
    epoch, `status` how it ended. `prompt` is that of the first turn.
    """

    id: str
    name: str
    turns: int
    head: int
    changed: float
    status: str
    prompt: str
    models: tuple[str, ...]
    commands: tuple[str, ...]


class TurnRow(NamedTuple):
    """A turn, and the id of its conversation."""

    conversation: str
    turn: Turn


class Match(NamedTuple):
    """A turn that has the words of a search; `snippet` has them between `MARKS`."""

    conversation: str
    name: str
    number: int
    began: float
    snippet: str


class Filters(NamedTuple):
    """Which turns count: begun `since`, before `until`, of a model, with a status.

    `matching` are words as `co history search` takes them. None is any.
    """

    since: float | None = None
    until: float | None = None
    model: str | None = None
    status: str | None = None
    matching: str | None = None


NOWHERE, ANY = Place(), Filters()

MARKS = ("\x02", "\x03")
"""Begin and end each word of the search in a snippet."""

_COLUMNS = ", ".join(f"turns.{name}" for name in Turn._fields)
_INSERT = (
    f"INSERT INTO turns(conversation, {', '.join(Turn._fields)}, terminal, folder)"
    f" VALUES (?{', ?' * (len(Turn._fields) + len(Place._fields))})"
)
_SNIPPET_WORDS = 24
_LARGEST = 2**63 - 1
_LONGEST_TYPED = 20_000  # characters


@contextmanager
def opened_history(path: Path, *, create: bool = True) -> Iterator["History"]:
    """Open the history at *path*; its errors become `HistoryUnusable`.

    A file that is missing is created if *create*; otherwise the history is empty.
    """
    with opened(path, create=create) as database:
        yield History(database)


class History:
    """An open history. Its methods raise `sqlite3.Error`; see `opened_history`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    # Writing

    def add(
        self, conversation: str, turn: Turn, place: Place = NOWHERE, name: str = ""
    ) -> Turn:
        """Add *turn* to *conversation*, which may be new; return it with its number.

        That is its own, or the next that is free: another process may have added one.
        The next turn follows it if it is complete. *name* is a new name for the
        conversation; it stays without, if another has it.
        """
        with transaction(self._database):
            key, last = self._key_of(conversation)
            turn = turn._replace(number=max(last + 1, turn.number))
            self._insert(key, turn, place)
            self._database.execute(
                "UPDATE conversations SET last = ?1, changed = ?2,"
                " head = CASE ?3 WHEN 'complete' THEN ?1 ELSE head END WHERE key = ?4",
                (turn.number, turn.began, turn.status, key),
            )
            if name:
                self._name(key, name)
        return turn

    def set_head(self, conversation: str, number: int) -> None:
        """Have the next turn of *conversation* follow the turn *number*, 0 for none."""
        with transaction(self._database):
            self._database.execute(
                "UPDATE conversations SET head = ? WHERE id = ?", (number, conversation)
            )

    def set_name(self, conversation: str, name: str) -> bool:
        """Name *conversation*; return whether it has the name: another may."""
        with transaction(self._database):
            key, _ = self._key_of(conversation)
            return self._name(key, name)

    def delete(self, conversations: Iterable[str]) -> int:
        """Delete *conversations* with all their turns; return how many turns."""
        with transaction(self._database):
            deleted = sum(map(self._delete, conversations))
            self._drop_unused_texts()
        return deleted

    def replace(self, conversation: str, change: Callable[[Turn], Turn]) -> int:
        """Replace each turn of *conversation* by what *change* returns for it.

        Returns how many turns were changed. Number and parent stay.
        """
        changed = 0
        with transaction(self._database):
            for key, turn in [*self._keyed_turns(conversation)]:
                new = change(turn)
                if new != turn:
                    self._update(key, new)
                    changed += 1
            self._drop_unused_texts()
        return changed

    def remove_name(self, conversation: str) -> None:
        """Leave *conversation* without a name."""
        with transaction(self._database):
            self._database.execute(
                "UPDATE conversations SET name = NULL WHERE id = ?", (conversation,)
            )

    def remove_folders(self, conversation: str, text: str) -> int:
        """Remove the directories of turns whose path has *text*; return how many."""
        with transaction(self._database):
            cursor = self._database.execute(
                "UPDATE turns SET folder = '' WHERE instr(folder, ?) AND conversation ="
                " (SELECT key FROM conversations WHERE id = ?)",
                (valid_unicode(text), conversation),
            )
        return cursor.rowcount

    def overwrite_freed(self) -> bool:
        """Overwrite what was deleted; False if another process keeps a part of it."""
        return overwrite_freed(self._database)

    # Reading

    def find(self, text: str) -> list[str]:
        """Return the ids of the conversations that *text* may mean.

        That is the one with this name, or those whose id begins with it.
        """
        text = valid_unicode(text)
        named = self._ids("WHERE name = ?", text)
        return named or self._ids("WHERE substr(id, 1, length(?1)) = ?1", text)

    def name_of(self, conversation: str) -> str:
        """Return the name of *conversation*, "" without one."""
        found = self._one("SELECT name FROM conversations WHERE id = ?", conversation)
        return str(found or "")

    def head_of(self, conversation: str) -> int:
        """Return the number of the turn that the next one follows, 0 for none."""
        found = self._one("SELECT head FROM conversations WHERE id = ?", conversation)
        return int(found or 0)

    def latest(self, place: Place, commands: Sequence[str]) -> str:
        """Return the conversation to continue, "" if there is none.

        It is the last one of this terminal, else of this directory, else of all, of
        those in which any of *commands* asked and was answered.
        """
        terminal, folder = map(valid_unicode, place)
        asked = f"status != 'error' AND command IN ({', '.join('?' * len(commands))})"
        for where, values in (
            ("terminal = ? AND", [terminal] if terminal else []),
            ("folder = ? AND", [folder] if folder else []),
            ("", [""]),
        ):
            found = values and self._one(
                "SELECT id FROM conversations JOIN turns ON conversation ="
                f" conversations.key WHERE {where} {asked}"
                " ORDER BY began DESC, turns.key DESC LIMIT 1",
                *(values if where else ()),
                *commands,
            )
            if found:
                return str(found)
        return ""

    def turns(self, conversation: str) -> list[Turn]:
        """Return all turns of *conversation*, in the order of their numbers."""
        return [turn for _, turn in self._keyed_turns(conversation)]

    def all_turns(self, filters: Filters = ANY) -> Iterator[TurnRow]:
        """Yield the turns that *filters* choose, the oldest first."""
        where, values = _condition(filters)
        rows = self._database.execute(
            f"SELECT id, turns.key, {_COLUMNS} FROM turns JOIN conversations"
            f" ON conversations.key = conversation {where} ORDER BY began, turns.key",
            values,
        )
        for id_, key, *values in rows:
            texts = self._texts("uses.turn = ?", key)
            yield TurnRow(id_, decoded(id_, values, texts))

    def usages(self, filters: Filters = ANY) -> list[TurnUsage]:
        """Return model and usage of the turns that *filters* choose."""
        where, values = _condition(filters)
        rows = self._database.execute(
            "SELECT id, model, json_extract(CAST(reply AS TEXT), '$.usage') FROM turns"
            f" JOIN conversations ON conversations.key = conversation {where}",
            values,
        )
        return [
            TurnUsage(id_, model, json.loads(usage) if usage else EMPTY)
            for id_, model, usage in rows
        ]

    def last(self) -> str:
        """Return the conversation of the last turn, "" if there is none."""
        found = self._one(
            "SELECT id FROM conversations WHERE changed IS NOT NULL"
            " ORDER BY changed DESC, key DESC LIMIT 1"
        )
        return str(found or "")

    def names(self) -> list[str]:
        """Return the names of conversations, the last one first."""
        return self._column(
            "SELECT name FROM conversations WHERE name IS NOT NULL"
            " ORDER BY changed DESC, key DESC"
        )

    def labels(self, limit: int) -> list[str]:
        """Return the name, else the id, of the last *limit* conversations."""
        return self._column(
            "SELECT coalesce(name, id) FROM conversations"
            " ORDER BY changed DESC, key DESC LIMIT ?",
            limit,
        )

    def conversations(
        self, filters: Filters = ANY, limit: int | None = None
    ) -> list[ConversationRow]:
        """Return the conversations with a turn that *filters* choose, last first.

        With *limit*, these are the last ones.
        """
        where, values = _condition(filters)
        # The index `turn_kinds` has all but the prompt, so that no reply is read.
        own = "FROM turns WHERE conversation = chosen.key"
        rows = self._database.execute(
            "WITH chosen AS (SELECT * FROM conversations WHERE key IN"
            f"  (SELECT conversation FROM turns {where})"
            "  ORDER BY changed DESC, key DESC LIMIT ?)"
            f" SELECT id, coalesce(name, ''), (SELECT count(*) {own}),"
            f" coalesce(head, 0), changed,"
            f" (SELECT status {own} ORDER BY number DESC LIMIT 1),"
            f" (SELECT prompt {own} ORDER BY number LIMIT 1),"
            f" (SELECT json_group_array(DISTINCT model) {own}),"
            f" (SELECT json_group_array(DISTINCT command) {own})"
            " FROM chosen ORDER BY changed DESC, key DESC",
            (*values, -1 if limit is None else _limit(limit)),
        )
        return [
            ConversationRow._make([*row[:-2], *map(tuple, map(json.loads, row[-2:]))])
            for row in rows
        ]

    def prompts(self, limit: int) -> list[str]:
        """Return the last prompts that a person may have typed, the oldest first."""
        # Those with a file in a pipe may be of any size, and all are read at once.
        rows = self._database.execute(
            # A step has none.
            "SELECT prompt FROM turns WHERE length(prompt) BETWEEN 1 AND ?"
            " ORDER BY key DESC LIMIT ?",
            (_LONGEST_TYPED, limit),
        )
        return [prompt for (prompt,) in rows][::-1]

    def search(self, words: str, limit: int = 20) -> list[Match]:
        """Return the turns that have all *words*, best first, with a place of each.

        Words in double quotes are next to each other. Words of a script without
        spaces are found anywhere.
        """
        words = valid_unicode(words)
        if not (match := match_expression(words)):
            return []
        # The best are chosen first, and looked up one by one: a condition on their keys
        # would have each match ranked again.
        best = self._database.execute(
            "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?",
            (match, _limit(limit)),
        ).fetchall()
        rows = (self._match(key, match) for (key,) in best)
        found = [row for row in rows if row]
        return found if found or words.isascii() else self._containing(words, limit)

    def __len__(self) -> int:
        """Return the number of turns."""
        return int(self._one("SELECT count(*) FROM turns") or 0)

    # Rows

    def _key_of(self, conversation: str) -> tuple[int, int]:
        """Return the key of *conversation* and its last number; create it if new."""
        self._database.execute(
            "INSERT OR IGNORE INTO conversations(id, head, last) VALUES (?, 0, 0)",
            (conversation,),
        )
        key, last = self._database.execute(
            "SELECT key, last FROM conversations WHERE id = ?", (conversation,)
        ).fetchone()
        return key, last

    def _name(self, key: int, name: str) -> bool:
        update = "UPDATE OR IGNORE conversations SET name = ? WHERE key = ?"
        return self._database.execute(update, (name, key)).rowcount > 0 and bool(
            self._one(
                "SELECT 1 FROM conversations WHERE key = ? AND name = ?", key, name
            )
        )

    def _insert(self, conversation: int, turn: Turn, place: Place) -> None:
        texts: dict[str, str] = {}
        values = (conversation, *encoded(turn, texts), *map(valid_unicode, place))
        cursor = self._database.execute(_INSERT, values)
        self._add_texts(cursor.lastrowid or 0, texts)

    def _update(self, key: int, turn: Turn) -> None:
        texts: dict[str, str] = {}
        changes = ", ".join(f"{name} = ?" for name in Turn._fields)
        values = (*encoded(turn, texts), key)
        self._database.execute(f"UPDATE turns SET {changes} WHERE key = ?", values)
        self._database.execute("DELETE FROM uses WHERE turn = ?", (key,))
        self._add_texts(key, texts)

    def _add_texts(self, turn: int, texts: Mapping[str, str]) -> None:
        bodies = ((digest, text_bytes(text)) for digest, text in texts.items())
        self._database.executemany("INSERT OR IGNORE INTO texts VALUES (?, ?)", bodies)
        uses = ((turn, digest) for digest in texts)
        self._database.executemany("INSERT OR IGNORE INTO uses VALUES (?, ?)", uses)

    def _delete(self, conversation: str) -> int:
        key = self._one("SELECT key FROM conversations WHERE id = ?", conversation)
        if key is None:
            return 0
        cursor = self._database.execute(
            "DELETE FROM turns WHERE conversation = ?", (key,)
        )
        self._database.execute("DELETE FROM conversations WHERE key = ?", (key,))
        return cursor.rowcount

    def _drop_unused_texts(self) -> None:
        unused = "hash NOT IN (SELECT hash FROM uses)"
        self._database.execute(f"DELETE FROM texts WHERE {unused}")

    def _keyed_turns(self, conversation: str) -> Iterator[tuple[int, Turn]]:
        rows = self._database.execute(
            f"SELECT turns.key, {_COLUMNS} FROM turns JOIN conversations"
            " ON conversations.key = conversation WHERE id = ? ORDER BY number",
            (conversation,),
        )
        # Each turn has the documents again: in memory, too, they are there once.
        texts = self._texts(
            "conversation = (SELECT key FROM conversations WHERE id = ?)", conversation
        )
        for key, *values in rows:
            yield key, decoded(conversation, values, texts)

    def _texts(self, where: str, value: Any) -> dict[str, str]:
        """Return the texts of the turns *where* the condition holds, by hash."""
        rows = self._database.execute(
            "SELECT hash, body FROM texts WHERE hash IN (SELECT hash FROM uses"
            f" JOIN turns ON turns.key = uses.turn WHERE {where})",
            (value,),
        )
        return {digest: text_of(body) for digest, body in rows}

    def _ids(self, where: str, *values: Any) -> list[str]:
        return self._column(f"SELECT id FROM conversations {where}", *values)

    def _column(self, query: str, *values: Any) -> list[str]:
        return [value for (value,) in self._database.execute(query, values)]

    def _one(self, query: str, *values: Any) -> Any:
        row = self._database.execute(query, values).fetchone()
        return row and row[0]

    def _match(self, key: int, match: str) -> Match | None:
        snippet = f"snippet(found, -1, ?, ?, ' … ', {_SNIPPET_WORDS})"
        row = self._database.execute(
            f"SELECT id, coalesce(name, ''), number, began, {snippet} FROM found"
            " JOIN turns ON turns.key = found.rowid"
            " JOIN conversations ON conversations.key = conversation"
            " WHERE found MATCH ? AND found.rowid = ?",
            (*MARKS, match, key),
        ).fetchone()
        return Match._make(row) if row else None

    def _containing(self, words: str, limit: int) -> list[Match]:
        """Return the turns that contain *words* as they are, the last ones first."""
        rows = self._database.execute(
            "SELECT id, coalesce(name, ''), number, began, prompt || char(10) || answer"
            " FROM turns JOIN conversations ON conversations.key = conversation"
            " WHERE instr(lower(prompt), ?1) OR instr(lower(answer), ?1)"
            " ORDER BY began DESC LIMIT ?2",
            (words.lower(), _limit(limit)),
        )
        return [Match._make([*row[:-1], _excerpt(row[-1], words)]) for row in rows]


def _limit(number: int) -> int:
    """Return *number*, or the largest that SQLite takes."""
    return min(number, _LARGEST)


def match_expression(words: str) -> str:
    """Return *words* as FTS5 takes them: all of them; none is an operator."""
    phrases = words.split('"')
    terms = [
        term
        for at, part in enumerate(phrases)
        for term in ([part] if at % 2 and at < len(phrases) - 1 else part.split())
    ]
    return " ".join(f'"{one}"' for one in terms if any(map(str.isalnum, one)))


def snippet_pieces(snippet: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of *snippet* between `MARKS`, and whether each is a match."""
    for part in re.split(f"({MARKS[0]}[^{MARKS[1]}]*{MARKS[1]})", snippet):
        is_match = part[:1] == MARKS[0] and part[-1:] == MARKS[1]
        if text := part[1:-1] if is_match else part:
            yield text, is_match


_EXCERPT = 60  # characters before and after


def _excerpt(text: str, words: str) -> str:
    at = text.lower().find(words.lower())
    end = at + len(words)
    before, after = text[max(at - _EXCERPT, 0) : at], text[end : end + _EXCERPT]
    return f"{before}{MARKS[0]}{text[at:end]}{MARKS[1]}{after}"


def _condition(filters: Filters) -> tuple[str, list[Any]]:
    """Return the WHERE of a query of turns, and its values."""
    matching, words = _condition_of_words(filters.matching)
    chosen = {
        "began >= ?": filters.since,
        "began < ?": filters.until,
        "model = ?": filters.model,
        "status = ?": filters.status,
    }
    used = {
        one: valid_unicode(value) if isinstance(value, str) else value
        for one, value in chosen.items()
        if value is not None
    }
    where = " AND ".join([*used, *([matching] if matching else [])])
    return f"WHERE {where}" if where else "", [*used.values(), *words]


def _condition_of_words(words: str | None) -> tuple[str, list[str]]:
    """Return the condition of `Filters.matching`, "" for none, and its values."""
    if words is None:
        return "", []
    words = valid_unicode(words)
    if not (match := match_expression(words)):
        return "FALSE", []
    found = "turns.key IN (SELECT rowid FROM found WHERE found MATCH ?)"
    if words.isascii():
        return found, [match]
    # A script without spaces has no words that the index knows.
    within = " OR ".join(f"instr(lower({one}), ?)" for one in ("prompt", "answer"))
    return f"({found} OR {within})", [match, words.lower(), words.lower()]
