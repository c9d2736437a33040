"""Files to download: tables, and what somebody brought."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

BYTE_ORDER_MARK = "\ufeff"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS_A_PIECE = 500


class _Echo:
    """A file that keeps nothing: what the writer writes is what it returns."""

    def write(self, text: str) -> str:
        return text


def csv_response(name: str, headers: Sequence[Any], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Stream rows as a CSV file that a spreadsheet opens as text, in UTF-8, and that can't run anything in it."""
    response = StreamingHttpResponse(csv_pieces(headers, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, safe_file_name(name, "csv"))
    response["X-Content-Type-Options"] = "nosniff"
    return response


def file_response(file: BinaryIO, name: str, media: str) -> FileResponse:
    """A file that somebody brought, always to be saved and never shown in the browser."""
    response = FileResponse(file, content_type=media)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def csv_pieces(headers: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The text of the file in pieces; the mark in front tells spreadsheets that it is UTF-8."""
    writer = csv.writer(_Echo())
    waiting = [BYTE_ORDER_MARK + writer.writerow([cell(header) for header in headers])]
    for row in rows:
        waiting.append(writer.writerow([cell(value) for value in row]))
        if len(waiting) >= ROWS_A_PIECE:
            yield "".join(waiting)
            waiting = []
    yield "".join(waiting)


def cell(value: Any) -> Any:
    """One value as a cell: numbers stay numbers, moments are ISO, and text that would be a formula is defused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    text = str(value)
    # A spreadsheet runs a cell that starts like this; behind an apostrophe it is text, and still readable.
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) and not _is_number(value) else text


def safe_file_name(name: str, ending: str) -> str:
    """A file name that every system takes: no path, no hidden file, no control character, not too long."""
    stem = re.sub(r"[^\w.-]+", "-", name).strip(".-_")[:80]
    return f"{stem or 'export'}.{ending}"


def _is_number(value: Any) -> bool:
    return hasattr(value, "as_integer_ratio")
