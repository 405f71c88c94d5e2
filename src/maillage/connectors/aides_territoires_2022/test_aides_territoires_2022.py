"""Aides-territoires in 2022: titles, then full texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage.connectors.aides_territoires_2022.connector import TEXTS, TITLES
from maillage.connectors.parsed import ParsedProgramme
from maillage.core.records import OperatorRef, ProgrammeRecord

SAMPLE = Path(__file__).parent / "sample"


def test_a_text_is_cut_into_its_parts():
    first = next(TEXTS.parse_file(SAMPLE / "textes.jsonl"))

    assert isinstance(first, ParsedProgramme)
    assert first.record == ProgrammeRecord(
        title="Aide d’exemple de 2022",
        description=("Le corps du texte.\n\n* un point ;\n* un autre.\n\nExemples de projets : Un projet d’exemple."),
        operators=(OperatorRef(name="Agence d'exemple, de la Relance (EX)"),),
        categories=("transition-energetique",),
        contact_url="https://exemple.fr/aide-2022",
        source_name="Aides-territoires, été 2022",
        licence="Licence Ouverte 2.0",
        origin="aides-territoires-2022",
        origin_id="at_900003",
        status="archived",
    )


def test_a_text_without_facts_is_a_sheet_all_the_same():
    second = list(TEXTS.parse_file(SAMPLE / "textes.jsonl"))[1]

    assert isinstance(second, ParsedProgramme)
    assert (second.record.description, second.record.origin_id) == ("Un texte que rien ne suit.", "at22-00000002")


@pytest.mark.parametrize(
    ("connector", "name"), [(TITLES, "titres.csv"), (TEXTS, "textes.jsonl")], ids=["titles", "texts"]
)
def test_everything_arrives_archived_and_claims_no_place(connector, name):
    parsed = list(connector.parse_file(SAMPLE / name))

    assert {sheet.record.status for sheet in parsed} == {"archived"}
    assert {sheet.record.zones for sheet in parsed} == {()}
