"""Any table with a mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.connectors.table.connector import CONNECTOR, table_connector
from maillage.core.errors import UnreadableFile
from maillage.core.records import OperatorRef

SAMPLE = Path(__file__).parent / "sample"
FORMATS = ("tableau.csv", "tableau.jsonl", "tableau.xlsx")


@pytest.mark.parametrize("name", FORMATS)
def test_the_three_formats_give_the_same_sheets(name):
    reference = list(CONNECTOR.parse_file(SAMPLE / "tableau.csv"))
    parsed = list(CONNECTOR.parse_file(SAMPLE / name))

    assert [sheet.record for sheet in parsed[:2]] == [sheet.record for sheet in reference[:2]]
    assert isinstance(parsed[2], Refusal)


def test_cells_are_cut_headed_and_translated():
    first = next(CONNECTOR.parse_file(SAMPLE / "tableau.xlsx"))

    assert isinstance(first, ParsedProgramme)
    assert first.record.description == "Un conseil.\n\nMontant : Gratuit"
    assert first.record.operators == (OperatorRef(name="Syndicat d’exemple"), OperatorRef(name="Commune d’exemple"))
    assert first.record.categories == ("eau-potable", "voirie-et-reseaux")
    assert (first.record.aid_types, first.record.stages) == (("technical_engineering",), ("EMERGENCE", "DESIGN"))


def test_a_wrong_value_is_left_out_with_its_line_in_the_workbook():
    second = list(CONNECTOR.parse_file(SAMPLE / "tableau.xlsx"))[1]

    assert isinstance(second, ParsedProgramme)
    assert [(change.line, change.column, change.expected) for change in second.changes] == [
        (5, "Thème", "known_value"),
        (5, "Clôture", "day"),
    ]


def test_the_source_s_own_name_and_licence_go_with_its_sheets():
    mapping = "colonne;valeur;champ;devient\nIntitulé;;title;\n"
    connector = table_connector(slug="mon-tableau", name="Mon tableau", mapping=mapping, licence="ODbL")

    parsed = next(connector.parse_file(SAMPLE / "tableau.csv"))

    assert isinstance(parsed, ParsedProgramme)
    record = parsed.record
    assert (record.origin, record.source_name, record.licence) == ("mon-tableau", "Mon tableau", "ODbL")


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("colonne,champ\nA,titre\n", "mapping_field_unknown"),
        ("colonne,valeur,champ,devient\nA,x,aid_types,don\n", "mapping_code_unknown"),
        ("column,field\nA,title\n", "mapping_without_column"),
        ("colonne,champ\n", "mapping_empty"),
        ("colonne,champ,note\nA,title,une note, avec une virgule\n", "mapping_line_too_wide"),
    ],
    ids=["field", "code", "header", "empty", "commas without quotes"],
)
def test_a_mapping_that_cannot_work_says_where(mapping, code):
    with pytest.raises(UnreadableFile) as caught:
        table_connector(slug="essai", name="Essai", mapping=mapping)

    assert caught.value.code == code
