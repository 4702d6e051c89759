"""The rules of one `.gitignore` as a tree in which paths that begin alike share nodes.

A walk goes down the folders and the tree together, so no path is matched from its
beginning: `**` is a node that the walk stays in.
"""

from collections.abc import Iterable
from functools import cached_property, lru_cache

from cohere_cli.documents.walk.part_table import PartTable
from cohere_cli.documents.walk.rule import ANY_DEPTH, Part, Rule, parse_rule

NO_RULE = -1
# To read a file, a line and a byte of a glob takes as long as so many look-ups.
_PER_FILE = 500
_PER_LINE = 20
_PER_BYTE = 4


class Node:
    """Where a path may have led: what its next name may match.

    The rules that end there are numbers: twice the line's place, and 1 more if what
    it matches is ignored. So the last rule is the highest.
    """

    def __init__(self) -> None:
        self.any_depth: Node | None = None
        self._children: dict[Part, Node] = {}
        self._rules: dict[Part, int] = {}
        self._folder_rules: dict[Part, int] = {}

    def child(self, part: Part) -> "Node":
        """Return the node that *part* leads to, a new one at first."""
        if part == ANY_DEPTH:
            if self.any_depth is None:
                self.any_depth = Node()
                self.any_depth.any_depth = self.any_depth
            return self.any_depth
        if part not in self._children:
            self._children[part] = Node()
        return self._children[part]

    def add(self, part: Part, number: int, *, is_for_folders: bool) -> None:
        """Let the rule *number*, which comes after all others, end with *part*."""
        rules = self._folder_rules if is_for_folders else self._rules
        # At the end: of all that match, the last decides.
        rules.pop(part, None)
        rules[part] = number

    @cached_property
    def children(self) -> PartTable["Node"]:
        """The nodes that a folder's name leads to."""
        return PartTable(self._children) if self._children else _NO_NODES

    @cached_property
    def rules(self) -> PartTable[int]:
        """The rules that end with any name."""
        return PartTable(self._rules) if self._rules else _NO_RULES

    @cached_property
    def folder_rules(self) -> PartTable[int]:
        """The rules that end with the name of a folder."""
        return PartTable(self._folder_rules) if self._folder_rules else _NO_RULES

    @property
    def tables(self) -> tuple[PartTable["Node"], PartTable[int], PartTable[int]]:
        """All that is looked up here."""
        return self.children, self.rules, self.folder_rules

    def last_rule(self, name: bytes, *, is_folder: bool) -> int:
        """Return the last rule that matches, `NO_RULE` if none does."""
        found = self.rules.last(name)
        if is_folder:
            found += self.folder_rules.last(name)
        return max(found, default=NO_RULE)


# Most nodes have only one of the three.
_NO_NODES: PartTable[Node] = PartTable({})
_NO_RULES: PartTable[int] = PartTable({})


_SHORT = 80
# The files of a repository repeat many lines.
_parse_short = lru_cache(2000)(parse_rule)


class RuleTree:
    """The rules of the *lines* of a file.

    With *fold*, names match in any case. `cost` is what building it takes, in
    look-ups in a dictionary.
    """

    def __init__(self, lines: Iterable[bytes], *, fold: bool) -> None:
        self.fold = fold
        self.cost = _PER_FILE
        self._root = Node()
        for number, line in enumerate(lines):
            parse = _parse_short if len(line) <= _SHORT else parse_rule
            if rule := parse(line, fold=fold):
                self._add(rule, 2 * number + rule.is_ignored)

    def _add(self, rule: Rule, number: int) -> None:
        self.cost += _PER_LINE + _PER_BYTE * rule.glob_bytes
        for *folders, last in rule.paths:
            node = self._root
            for part in folders:
                node = node.child(part)
            node.add(last, number, is_for_folders=rule.is_for_folders)

    @cached_property
    def start(self) -> "Place":
        """The place of the file's own folder."""
        return Place(_with_any_depth([self._root]), self.fold)


class Place:
    """The nodes that the path of a folder leads to; in folders below, others.

    `lookups` and `per_byte` are what it takes to judge a name, as in `PartTable`.
    """

    def __init__(self, nodes: tuple[Node, ...], fold: bool) -> None:
        self._nodes = tuple(node for node in nodes if any(node.tables))
        self._fold = fold
        tables = [table for node in self._nodes for table in node.tables]
        self.lookups = len(self._nodes) + sum(table.lookups for table in tables)
        self.per_byte = sum(table.per_byte for table in tables)

    def __bool__(self) -> bool:
        return bool(self._nodes)

    def below(self, name: bytes) -> "Place":
        """Return the place of the folder *name* of this one."""
        name = name.lower() if self._fold else name
        reached = [child for node in self._nodes for child in node.children.all(name)]
        staying = [node for node in self._nodes if node.any_depth is node]
        return Place(_with_any_depth([*staying, *reached]), self._fold)

    def last_rule(self, name: bytes, *, is_folder: bool) -> int:
        """Return the last rule that matches *name* here, `NO_RULE` if none does."""
        name = name.lower() if self._fold else name
        return max(
            [node.last_rule(name, is_folder=is_folder) for node in self._nodes],
            default=NO_RULE,
        )


def _with_any_depth(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return *nodes* and those after `**`, which also matches no folder at all."""
    found: dict[Node, None] = {}
    for node in nodes:
        found[node] = None
        if node.any_depth is not None:
            found[node.any_depth] = None
    return tuple(found)
