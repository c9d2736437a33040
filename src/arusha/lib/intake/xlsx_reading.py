"""One sheet of an Excel workbook in batches of texts, each cell as it is held rather than as it is shown.

A date is written as ISO 8601, to the day where its format shows no time and it is midnight; a number in full, with the
mapping's decimal sign; yes and no as true and false; a formula as the value that Excel saved with it. A row in which a
formula was saved without its value, or in which a cell holds an error, is set aside. An empty row is not a row.
"""

import itertools
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import pyarrow as pa

from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.reading import Batch, Broken, Opened, refuse_names
from arusha.lib.intake.workbooks import damaged

ROWS = 1 << 14
Cell = tuple[str | None, str | None]
"""The text of a cell, and what is wrong with it, a reason of a reject."""
Row = tuple[int, dict[int, Cell]]
"""The number of a row in its sheet, from 1, and what it holds by the number of the column, from 1."""


@contextmanager
def opened(path: Path, sheet: str, decimal: str) -> Iterator[Opened]:
    """The sheet of that name, or the only one that holds anything where `sheet` is empty, with its header read.

    IntakeError where there is no such sheet, several hold something, or its first row is no list of columns.
    """
    import openpyxl

    with ExitStack() as held:
        file = held.enter_context(path.open("rb"))
        with _told_as_damaged(path):
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            held.callback(book.close)
            chosen = _choose(book, sheet, decimal, path)
            rows = held.enter_context(closing(_rows(book, chosen, decimal)))
            header = next(rows, None)
        if header is None:
            what = f"the sheet {chosen.title!r} is empty"
            raise IntakeError("empty", what, where=path.name, do="name another sheet in the mapping")
        names = _names(header[1])
        refuse_names(names, f"{path.name}, sheet {chosen.title}, row {header[0]}")
        yield Opened(names, None, lambda wanted: _batches(rows, path, names, wanted))


@contextmanager
def _told_as_damaged(path: Path) -> Iterator[None]:
    """openpyxl meets a file that breaks the format with whatever error it stumbles over."""
    try:
        yield
    except IntakeError:
        raise
    except (ParseError, ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as wrong:
        raise damaged(path, f"{type(wrong).__name__}: {wrong}") from None


def _choose(book: Any, sheet: str, decimal: str, path: Path) -> Any:
    there = {one.title: one for one in book.worksheets}
    if sheet:
        if sheet not in there:
            what, do = f"there is no sheet {sheet!r}", f"name one of {', '.join(map(repr, there))}"
            raise IntakeError("no-sheet", what, where=path.name, do=do)
        return there[sheet]
    held = [one for one in there.values() if _holds_anything(book, one, decimal)]
    if len(held) > 1:
        what = f"{len(held)} sheets hold something: {', '.join(repr(one.title) for one in held)}"
        raise IntakeError("which-sheet", what, where=path.name, do="say `sheet: …` in the mapping")
    if not held:
        raise IntakeError("empty", "no sheet holds anything", where=path.name, do="ask the source for the file again")
    return held[0]


def _holds_anything(book: Any, sheet: Any, decimal: str) -> bool:
    with closing(_rows(book, sheet, decimal)) as rows:
        return next(rows, None) is not None


def _names(header: Mapping[int, Cell]) -> tuple[str, ...]:
    return tuple((header.get(place, ("", None))[0] or "").strip() for place in range(1, max(header) + 1))


def _batches(rows: Iterator[Row], path: Path, names: tuple[str, ...], wanted: tuple[str, ...]) -> Iterator[Batch]:
    places = {name: names.index(name) + 1 for name in wanted}
    start = 0
    while True:
        with _told_as_damaged(path):
            taken = list(itertools.islice(rows, ROWS))
        if not taken:
            return
        whole, broken = [], []
        for number, (of_sheet, cells) in enumerate(taken, start):
            wrong = _broken(number, of_sheet, cells, len(names), set(places.values()))
            if wrong is None:
                whole.append((number, cells))
            else:
                broken.append(wrong)
        start += len(taken)
        columns = {name: _column(whole, place) for name, place in places.items()}
        yield Batch(np.array([number for number, _ in whole], np.int64), columns, tuple(broken))


def _column(rows: Sequence[tuple[int, Mapping[int, Cell]]], place: int) -> pa.Array:
    return pa.array([cells.get(place, ("", None))[0] for _, cells in rows], pa.string())


def _broken(number: int, of_sheet: int, cells: Mapping[int, Cell], width: int, wanted: set[int]) -> Broken | None:
    from openpyxl.utils import get_column_letter

    text = "\t".join(cells[place][0] or "" for place in sorted(cells))
    if max(cells) > width:
        return Broken(number, text, "wrong-number-of-fields", {"expected": width, "found": max(cells)})
    for place in sorted(wanted & cells.keys()):
        value, wrong = cells[place]
        if wrong is not None:
            return Broken(number, value or "", wrong, {"cell": f"{get_column_letter(place)}{of_sheet}"})
    return None


def _rows(book: Any, sheet: Any, decimal: str) -> Generator[Row, None, None]:
    """The rows that hold anything. Only cells that are there are made: a cell far out to the right costs nothing."""
    from openpyxl.worksheet import _reader

    say = _sayer(book, decimal)
    with sheet._get_source() as source:
        # dates are told by their style: this reader would turn one that is out of range into an error of Excel's
        parser = _reader.WorkSheetParser(source, sheet._shared_strings, data_only=True)
        for element in _elements(source, _reader.ROW_TAG, _reader.DATA_TAG):
            number, found = parser.parse_row(element)
            cells: dict[int, Cell] = {}
            for written, cell in zip(element, found, strict=True):
                if cell["value"] is not None:
                    cells[cell["column"]] = say(cell)
                elif written.find(_reader.FORMULA_TAG) is not None and written.find(_reader.VALUE_TAG) is None:
                    cells[cell["column"]] = None, "formula-without-value"
            cells = {place: cell for place, cell in cells.items() if cell != ("", None)}
            if cells:
                yield number, cells


def _elements(source: BinaryIO, row: str, data: str) -> Iterator[Element]:
    """The rows of a sheet's XML, each emptied once it was used; what stands around them isn't looked at."""
    from openpyxl.xml.functions import iterparse

    for _, element in iterparse(source):
        if element.tag == row:
            yield element
            element.clear()
        elif element.tag == data:
            return


def _sayer(book: Any, decimal: str) -> Callable[[Mapping[str, Any]], Cell]:
    """How a cell of this workbook is said: its styles tell which numbers are dates."""
    from openpyxl.styles.numbers import is_datetime
    from openpyxl.utils.datetime import from_excel

    with_time = {style: is_datetime(_number_format(book, style)) != "date" for style in book._date_formats}
    spans = book._timedelta_formats

    def say(cell: Mapping[str, Any]) -> Cell:
        value, style = cell["value"], cell["style_id"]
        if cell["data_type"] == "e":
            return str(value), "cell-error"
        if cell["data_type"] == "n" and style in with_time:
            try:
                value = from_excel(value, book.epoch, timedelta=style in spans)
            except (OverflowError, ValueError):
                return str(value), "date-out-of-range"
            return _moment(value, with_time[style]), None
        return (_moment(value, True) if isinstance(value, date | time) else said(value, decimal)), None

    return say


def _number_format(book: Any, style: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    number = book._cell_styles[style].numFmtId
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(number, "General"))
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])


def _moment(value: Any, with_time: bool) -> str:
    if isinstance(value, datetime):
        return value.isoformat() if with_time or value.time() != time(0) else value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def said(value: object, decimal: str) -> str:
    """A value that is no date as a file of texts would have it; a number in full, without an exponent."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() | Decimal():
            whole = Decimal(repr(value)) if isinstance(value, float) else value
            if not whole.is_finite():
                return str(value)
            text = f"{whole:f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", decimal)
    return str(value)
