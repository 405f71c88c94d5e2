"""Nothing we write for a spreadsheet is taken for a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.spreadsheet import neutral
from tests.repository.sources import PACKAGE, files

FORMULAS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://exemple.test","ici")',
    "+1+cmd|'/C calc'!A0",
    "-2+3+cmd|'/C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
)
FOR_US = {"inventory/study_table.py", "connectors/guessing.py"}
"""A header and an example of our own; a mapping, that only the importer reads: a quote would change a word."""


@pytest.mark.parametrize("cell", FORMULAS, ids=ascii)
def test_a_formula_becomes_text(cell):
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "texte", "-12,5", "-3", "+33", "2 = 2", "a@exemple.fr", "'=1"])
def test_other_cells_and_plain_numbers_are_left_alone(cell):
    assert neutral(cell) == cell


@given(st.text())
def test_whatever_a_cell_holds_a_spreadsheet_reads_back_no_formula(text):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerow([neutral(text)])
    (cell,) = next(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=";"))

    number = cell[1:].replace(",", ".").replace(" ", "")
    assert not cell.startswith(("=", "@", "\t", "\r", "＝", "＠"))
    assert not cell.startswith(("+", "-")) or number[:1].isdigit()


def test_every_table_we_write_goes_through_it():
    writers = {
        path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8")
        for path in files(".py", under=PACKAGE)
        if "csv.writer(" in path.read_text(encoding="utf-8") or "DictWriter(" in path.read_text(encoding="utf-8")
    }

    assert len(writers) > 2
    assert [name for name, text in writers.items() if "neutral(" not in text and name not in FOR_US] == []
    assert not any("Workbook(" in path.read_text(encoding="utf-8") for path in files(".py", under=PACKAGE)), (
        "a workbook we write one day must neutralise its cells too"
    )
