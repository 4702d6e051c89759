"""Of each kind: every record's bytes are its source's, at the place it tells."""

import io

import pytest

from cohere_cli.documents.reader import read_records

BOM = b"\xef\xbb\xbf"
# The source's bytes, how they are read, and each record's line and bytes.
KINDS = {
    "lines": (
        BOM + 'one\r\n\r\n\t"two"\t\n \n Größe 🎉 \nlast'.encode(),
        {"kind": "lines"},
        [(1, "one\r"), (3, '\t"two"\t'), (5, " Größe 🎉 "), (6, "last")],
    ),
    "NUL": (
        'one\r\n\x00\x00"two"\nlines\t\x00Größe 🎉\n\x00last'.encode(),
        {"kind": "lines", "null": True},
        [(1, "one\r\n"), (3, '"two"\nlines\t'), (4, "Größe 🎉\n"), (5, "last")],
    ),
    "jsonl": (
        BOM + '{"a":\t"é \\" "}\r\n\n  "two"\n{"Größe": "🎉"}'.encode(),
        {"kind": "jsonl"},
        [(1, '{"a":\t"é \\" "}\r'), (3, '  "two"'), (4, '{"Größe": "🎉"}')],
    ),
    "json array": (
        BOM + '[\r\n {"a":\r\n"é\\t"} ,"b,]", {"c": ["🎉"]}\r\n]'.encode(),
        {"kind": "json"},
        [(2, '{"a":\r\n"é\\t"}'), (3, '"b,]"'), (3, '{"c": ["🎉"]}')],
    ),
    "json at a path": (
        '{"é": [9], "data": {"a.b": [\r\n{"x": "🎉"},\t"y\\""]}, "z": 1}'.encode(),
        {"kind": "auto", "at": 'data["a.b"]'},
        [(2, '{"x": "🎉"}'), (2, '"y\\""')],
    ),
    "yaml list": (
        "# é\n- a: \"é\t\"\r\n  b: 2\r\n- 'two'\n-   c: 🎉\n".encode(),
        {"kind": "yaml"},
        [(2, '- a: "é\t"\r\n  b: 2'), (4, "- 'two'"), (5, "-   c: 🎉")],
    ),
    "yaml documents": (
        "a: \"é\"\r\n---\r\n- b: 🎉\n- two\n--- 'three'".encode(),
        {"kind": "yaml"},
        [(1, 'a: "é"'), (3, "- b: 🎉"), (4, "- two"), (5, "'three'")],
    ),
    "csv": (
        BOM + 'a,b\r\n"é ""1"",\r\nx",2\r\n\r\n\t,🎉\n3,4'.encode(),
        {"kind": "csv"},
        [(2, '"é ""1"",\r\nx",2\r'), (5, "\t,🎉"), (6, "3,4")],
    ),
    "tsv": (
        'a\tb\n"é\t1"\t"x\ny"\n1,2\t🎉'.encode(),
        {"kind": "tsv"},
        [(2, '"é\t1"\t"x\ny"'), (4, "1,2\t🎉")],
    ),
    "files": (
        BOM + '"Größe"\r\n\n\t🎉\r\n'.encode(),
        {"kind": "files"},
        [(1, '"Größe"\r\n\n\t🎉\r')],
    ),
    "grep": (
        'é.py:7:\t"Größe"\r\n--\né.py-8-x\n\né.py:9: 1'.encode(),
        {"kind": "grep"},
        [(7, 'é.py:7:\t"Größe"\r'), (3, "é.py-8-x"), (9, "é.py:9: 1")],
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_raws_are_the_sources_own_bytes(folder, name):
    data, options, expected = KINDS[name]
    (folder / "source").write_bytes(data)
    found = list(read_records(["source"], io.BytesIO(), **options))
    assert [(each.line, each.raw.decode()) for each in found] == expected


@pytest.mark.parametrize("name", KINDS)
def test_raw_records_are_in_the_source_in_their_order(folder, name):
    data, options, _ = KINDS[name]
    (folder / "source").write_bytes(data)
    end = 0
    for each in read_records(["source"], io.BytesIO(), **options):
        end = data.index(each.raw, end) + len(each.raw)


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"files"}))
def test_a_pipe_gives_the_same_raws_as_a_file(name):
    data, options, expected = KINDS[name]
    found = read_records(["-"], io.BytesIO(data), **options)
    assert [each.raw.decode() for each in found] == [raw for _, raw in expected]
