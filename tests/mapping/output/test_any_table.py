import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.documents.formats.csv import csv_records
from cohere_cli.documents.source import Source
from cohere_cli.mapping.output.writer import create_writer
from cohere_cli.mapping.result import Outcome, Result

CELL = st.text(st.sampled_from('ab1 ,;"\tä\n='), max_size=4)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5)


def lines_of(rows, separator, end, quoting):
    """Return the lines of each row as the csv module writes it."""
    for row in rows:
        text = io.StringIO(newline="")
        form = {"delimiter": separator, "lineterminator": end, "quoting": quoting}
        csv.writer(text, **form).writerow(row)
        yield text.getvalue().encode()


@given(
    ROWS.filter(lambda rows: all(map(any, rows))),
    st.sampled_from(",;"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    CELL,
)
def test_any_table_comes_out_with_its_bytes_and_the_answer_after_them(
    rows, separator, end, quoting, answer
):
    stated = f"sep={separator}{end}".encode()
    header, *lines = lines_of([["x", "y", "z"], *rows], separator, end, quoting)
    data = b"".join([stated, header, *lines])
    records = [*csv_records(Source.begin("a.csv", io.BytesIO(data)))]
    writer = create_writer(None, models=["m"], first=records)
    ((cell,),) = [[*lines_of([[answer, ""]], separator, end, csv.QUOTE_MINIMAL)]]
    for record, line in zip(records, lines, strict=True):
        row = writer.row(Result(0, record, (Outcome("m", text=answer),)))
        bare = line.removesuffix(end.encode())
        assert row.startswith(bare + separator.encode())
        added = row[len(bare) + 1 :].decode()
        (found,) = csv.reader(io.StringIO(added, newline=""), delimiter=separator)
        (wanted,) = csv.reader(
            io.StringIO(cell.decode(), newline=""), delimiter=separator
        )
        assert found == wanted
        assert row.endswith(end.encode())
