"""Mutants that no test can notice, each with the reason.

A row names the module, the function and the operator with its ordinal, as the report
does; a renamed function makes a row stale, and `test_operators` reports it.
"""

EQUIVALENTS: dict[tuple[str, str], str] = {
    (
        "characters/kinds.py",
        "_Kinds.__missing__ compare 0",
    ): "one kind more is remembered",
    (
        "documents/open_file.py",
        "module limit 0",
    ): "a hint for a name in a folder of more than 2,000 takes longer",
    (
        "documents/walk/work.py",
        "module limit 0",
    ): "it takes minutes to make so many steps; `python -m tests.faults hostile` does",
    (
        "sandbox/http/budget.py",
        "Share.grow_to compare 0",
    ): "room for 0 bytes is there at once",
    (
        "api/sse.py",
        "_without_bom compare 0",
    ): "a first read of exactly three bytes is passed on with the second",
    (
        "config/key_stores.py",
        "module limit 0",
    ): "it takes 3 s to see; `pytest -m slow` does",
    ("system/private_files.py", "replace flag 1"): "O_RDONLY is 0",
    ("documents/open_file.py", "module flag 1"): "O_RDONLY is 0",
    (
        "render/spans.py",
        "CitedSpans._search negate 4",
    ): "words that are nowhere are searched for before and after: the sum is the same",
    (
        "sandbox/http/budget.py",
        "Budget.counted compare 0",
    ): "a body of exactly 64 KiB counts, too",
    (
        "sandbox/server.py",
        "_Server._accept except 0",
    ): "a client would have to give up between two calls",
    (
        "strict_json.py",
        "_RecordDecoder._object compare 0",
    ): "where no name is doubled, none is counted twice",
    ("api/responses.py", "Readable.iter_bytes hollow 0"): "it is a protocol's method",
    (
        "api/sse.py",
        "_Meter.read compare 0",
    ): "a stream of exactly 12 MiB is too long, too",
    ("characters/cleaner.py", "clean_text guard 0"): "it makes clean text faster",
    ("documents/walk/first_look.py", "module flag 1"): "O_RDONLY is 0",
    ("documents/walk/git.py", "module limit 0"): "it takes 10 s to see",
    ("app.py", "main drop 1"): "it makes long replies faster",
    (
        "system/private_files.py",
        "replace flag 2",
    ): "its argument is a folder that was made before",
    (
        "documents/open_file.py",
        "_descriptor drop 3",
    ): "a special file would have to take its place between two calls",
    (
        "documents/walk/automaton.py",
        "_States._add compare 0",
    ): "of half of all bytes, the others are as many",
    (
        "documents/walk/first_look.py",
        "module flag 0",
    ): "no process is started while the file is open",
    (
        "documents/walk/rule_files.py",
        "RuleFiles._remember hollow 0",
    ): "it makes rules that many folders repeat faster",
    ("documents/walk/work.py", "Work.spend compare 0"): "one step less is allowed",
    (
        "sandbox/server.py",
        "_turn_away drop 0",
    ): "a new connection takes so few bytes without waiting",
    (
        "documents/walk/rule_files.py",
        "RuleFiles.read drop 1",
    ): "it makes rules that many folders repeat faster",
    (
        "sandbox/http/incoming.py",
        "Incoming.discard compare 0",
    ): "one more read discards",
    (
        "api/client.py",
        "Client._error_from compare 3",
    ): "a wait of exactly the longest is refused, too",
    (
        "api/responses.py",
        "_parse_json compare 0",
    ): "a reply of exactly 16 MiB is refused, too",
    (
        "app.py",
        "_report_failure negate 2",
    ): "what cannot be written is not kept, so that there is nothing to discard",
    ("characters/kinds.py", "_Kinds.__missing__ negate 0"): "nothing is remembered",
    (
        "documents/walk/automaton.py",
        "_States._add negate 0",
    ): "the bytes or all others: both describe the same moves",
    (
        "render/links.py",
        "web_target compare 0",
    ): "a URL of exactly the longest is no link either",
    (
        "render/spans.py",
        "CitedSpans._search compare 0",
    ): "a place at the start counts as a search of all",
    (
        "sandbox/http/body.py",
        "_skip_trailers compare 0",
    ): "trailers of exactly the most are refused, too",
    (
        "documents/walk/rule_files.py",
        "RuleFiles.read negate 2",
    ): "it makes rules that many folders repeat faster",
    (
        "documents/walk/rule_tree.py",
        "RuleTree.__init__ negate 0",
    ): "it makes rules that many files repeat faster",
}
