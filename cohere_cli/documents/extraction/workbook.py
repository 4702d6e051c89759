"""The sheets of a workbook (XLSX, XLS, ODS), each row a line, by calamine."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from cohere_cli.documents.extraction.extract import Extract, Refused, Section

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


def workbook_extract(file: BinaryIO) -> Extract:
    """Return the sheets that have cells; raises `Refused`."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_filelike(file)
        sheets = [
            Section("sheet", nth, name, _rows(workbook, name))
            for nth, name in enumerate(_sheet_names(workbook), 1)
        ]
    except PasswordError as exc:
        raise Refused("encrypted") from exc
    except (CalamineError, ValueError, OSError) as exc:
        raise Refused("damaged") from exc
    return Extract("", tuple(sheet for sheet in sheets if sheet.text.strip()))


def _sheet_names(workbook: "CalamineWorkbook") -> list[str]:
    """Return the names of sheets with cells: charts and macros have none."""
    from python_calamine import SheetTypeEnum

    kind = SheetTypeEnum.WorkSheet
    return [one.name for one in workbook.sheets_metadata if one.typ == kind]


def _rows(workbook: "CalamineWorkbook", name: str) -> str:
    """Return the rows; number N is line N, also where those above are empty."""
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return ""
    return "\n".join(map(_line, sheet.iter_rows())).rstrip("\n")


def _line(row: list[Any]) -> str:
    cells = [_cell(value) for value in row]
    return " | ".join(cells).rstrip(" |") if any(cells) else ""


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return " ".join(str(value).split())
