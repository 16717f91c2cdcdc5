"""Tables in CSV files: a line of column names, then lines of numbers."""

from __future__ import annotations

import csv
import io
import math
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .errors import InputError

__all__ = ["DELIMITERS", "Table", "plain", "read_table"]

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def plain(name: str) -> str:
    """Return a name as Python would read it in an expression (NFKC, stripped)."""
    return unicodedata.normalize("NFKC", name).strip()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Table:
    """The cells of a file, made numbers when a column is asked for.

    Attributes
    ----------
    source : str
        What messages call the file.
    names : list of str
        The columns.
    lines : list of int
        The line of the file on which each row starts.
    rows : list of list of str
        The cells.
    """

    source: str
    names: list[str]
    lines: list[int]
    rows: list[list[str]]

    def column(self, name: str) -> np.ndarray:
        """Return one column as a read-only float64 array."""
        if name not in self.names:
            raise InputError(
                f"{self.source} has no column '{name}'; its columns: {', '.join(self.names)}"
            )
        index = self.names.index(name)
        cells = zip(self.lines, self.rows, strict=True)
        values = np.array([self._number(row[index], line, name) for line, row in cells])
        values.flags.writeable = False
        return values

    def _number(self, cell: str, line: int, name: str) -> float:
        where = f"{self.source}, line {line}, column '{name}'"
        text = cell.strip()
        if not text:
            raise InputError(f"{where}: the cell is empty")
        if not _is_number(text) or "_" in text:
            hint = ""
            if text.count(",") == 1 and _is_number(text.replace(",", ".")):
                hint = " (decimals are written with a point)"
            raise InputError(f"{where}: '{text[:40]}' is not a number{hint}")
        value = float(text)
        if not math.isfinite(value):
            raise InputError(f"{where}: '{text[:40]}' is not finite")
        return value


def read_table(
    path: str, delimiter: str | None = None, rename: Mapping[str, str] | None = None
) -> Table:
    """Read a CSV file.

    The first line that is neither blank nor starts with ``#`` names the columns.
    Blank lines and lines starting with ``#`` are skipped; fields may be quoted;
    the file is UTF-8, with or without a byte order mark.

    Parameters
    ----------
    path : str
        The file, or ``-`` for the standard input.
    delimiter : str, optional
        Between the fields. By default the one of comma, semicolon and tab that
        splits the line of names into most columns.
    rename : mapping of str to str, optional
        New names for columns.

    Raises
    ------
    InputError
        If the file cannot be read, or is no table; the line is named.
    """
    source, text = _read_text(path)
    if not text.strip():
        raise InputError(f"{source} is empty")
    lines, records = _records(source, text, delimiter or _sniff(text))
    if not records:
        raise InputError(f"{source} holds nothing but comments")
    names = _header(source, lines[0], records[0], rename or {})
    if len(records) == 1:
        raise InputError(f"{source} has column names and no rows")
    for line, row in zip(lines[1:], records[1:], strict=True):
        if len(row) != len(names):
            fields = "1 field" if len(row) == 1 else f"{len(row)} fields"
            raise InputError(
                f"{source}, line {line}: {fields}, but the line of column names has {len(names)}"
            )
    return Table(source, names, lines[1:], records[1:])


def _read_text(path: str) -> tuple[str, str]:
    if path == "-" and sys.stdin is None:
        raise InputError("the standard input is closed")
    if path == "-":
        source, data = "standard input", sys.stdin.buffer.read()
    else:
        source = path
        try:
            with open(path, "rb") as file:
                data = file.read()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"cannot read {path}: {reason}") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{source} is UTF-16: save it as UTF-8")
    try:
        return source, data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise InputError(
            f"{source}, line {line}: byte 0x{byte:02x} is not UTF-8: save the file as UTF-8"
        ) from None


def _sniff(text: str) -> str:
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    header = next(lines, "")

    def fields(delimiter: str) -> int:
        return len(next(csv.reader([header], delimiter=delimiter), []))

    return max(DELIMITERS.values(), key=fields)


def _records(source: str, text: str, delimiter: str) -> tuple[list[int], list[list[str]]]:
    """Return the records that say something, and the line on which each starts."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True
    )
    lines: list[int] = []
    records: list[list[str]] = []
    start = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record) and not record[0].startswith("#"):
                lines.append(start)
                records.append(record)
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{source}, line {start}: {error}") from None
    return lines, records


def _header(source: str, line: int, cells: list[str], rename: Mapping[str, str]) -> list[str]:
    names = [plain(cell) for cell in cells]
    for old in rename:
        if old not in names:
            raise InputError(f"{source} has no column '{old}' to rename; it has {', '.join(names)}")
    names = [rename.get(name, name) for name in names]
    if all(_is_number(name) for name in names):
        raise InputError(f"{source}, line {line}: numbers where the column names should stand")
    for position, name in enumerate(names, 1):
        if not name:
            raise InputError(f"{source}, line {line}: column {position} has no name")
        if name in names[: position - 1]:
            raise InputError(f"{source}, line {line}: two columns are named '{name}'")
    return names
