"""CSV files, well and badly formed."""

from __future__ import annotations

import io

import numpy as np
import pytest

from dualad.cli.errors import InputError
from dualad.cli.table import read_table


@pytest.fixture
def refusal(csv_file):
    def call(content, column=None, **options):
        with pytest.raises(InputError) as caught:
            table = read_table(str(csv_file(content)), **options)
            table.column(column)
        return str(caught.value)

    return call


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("a,b\n1,2\n3,4\n", {}),
        ("a,b\r\n1,2\r\n3,4", {}),
        ("a;b\n1;2\n3;4\n", {}),
        ("a\tb\n1\t2\n3\t4\n", {}),
        ("a,b\n1;2\n3;4\n".replace("a,b", "a;b"), {"delimiter": ";"}),
        ("\ufeffa,b\n1,2\n3,4\n", {}),
        ("# measured in May\n\na , b\n\n1, 2\n# a break\n3, 4\n\n", {}),
        ('"a","b"\n"1","2"\n"3","4"\n', {}),
        ("a,b\n1,2\n,\n3,4\n,\n", {}),
        ("old (kg),b\n1,2\n3,4\n", {"rename": {"old (kg)": "a"}}),
        ("a,b,name\n1,2,one\n3,4,two\n", {}),
    ],
)
def test_read(csv_file, content, options):
    table = read_table(str(csv_file(content)), **options)
    np.testing.assert_array_equal(table.column("a"), [1.0, 3.0])
    np.testing.assert_array_equal(table.column("b"), [2.0, 4.0])
    assert not table.column("a").flags.writeable


def test_names_are_as_python_reads_them(csv_file):
    assert read_table(str(csv_file("\u00b5,b\n1,2\n"))).names == ["\u03bc", "b"]


def test_quoted_delimiters_and_line_numbers(csv_file):
    table = read_table(str(csv_file('a,"b, c"\n"1",2\n\n"3","4"\n')))
    assert table.names == ["a", "b, c"]
    assert table.lines == [2, 4]


def test_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\n1\n2\n")))
    np.testing.assert_array_equal(read_table("-").column("a"), [1.0, 2.0])


@pytest.mark.parametrize(
    ("content", "column", "expected"),
    [
        ("", None, "is empty"),
        (" \n\n", None, "is empty"),
        ("# nothing\n", None, "nothing but comments"),
        ("a,b\n", None, "column names and no rows"),
        ("1,2\n3,4\n", None, "line 1: numbers where the column names should stand"),
        ("a,b\n1,2\n\n3\n", None, "line 4: 1 field, but the line of column names has 2"),
        ("a,b\n1,2,3\n", None, "line 2: 3 fields"),
        ("a,b,a\n1,2,3\n", None, "line 1: two columns are named 'a'"),
        ("a,,b\n1,2,3\n", None, "line 1: column 2 has no name"),
        ('a,b\n1,"2\n', None, "line 2: unexpected end of data"),
        ("a,b\n1,two\n", "b", "line 2, column 'b': 'two' is not a number"),
        ("a,b\n1,\n", "b", "line 2, column 'b': the cell is empty"),
        ("a,b\n1,nan\n", "b", "line 2, column 'b': 'nan' is not finite"),
        ("a,b\n1,1e999\n", "b", "'1e999' is not finite"),
        ("a,b\n1,1_0\n", "b", "'1_0' is not a number"),
        ("a;b\n1;2,5\n", "b", "decimals are written with a point"),
        ("a,b\n1,2\n", "c", "has no column 'c'; its columns: a, b"),
        (b"a,b\n1,2\n3,\xe9\n", None, "line 3: byte 0xe9 is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), None, "is UTF-16"),
    ],
)
def test_refused(refusal, content, column, expected):
    message = refusal(content, column)
    assert expected in message
    assert "data.csv" in message


def test_files_that_cannot_be_read(tmp_path, refusal):
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(InputError, match="cannot read"):
            read_table(str(path))
    with pytest.raises(InputError, match="cannot read"):
        read_table("nul\0")
    assert "no column 'c' to rename" in refusal("a,b\n1,2\n", rename={"c": "d"})
    assert "two columns are named 'b'" in refusal("a,b\n1,2\n", rename={"a": "b"})
