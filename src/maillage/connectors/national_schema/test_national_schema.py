"""The national schema, in CSV and in JSON."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from maillage.connectors.national_schema.connector import CONNECTOR, operators_by_role
from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.core.records import OperatorRef, ProgrammeRecord

SAMPLE = Path(__file__).parent / "sample"
FIRST = ProgrammeRecord(
    title="Dispositif d’exemple no 1",
    uid="11111111-2222-4333-8444-555555555501",
    promise="Faites un essai sans conséquence",
    description='Premier paragraphe.\n\nSecond paragraphe, avec « guillemets » et une virgule, plus un "mot".',
    eligibility="• Être une commune ;\n• de moins de 2 000 habitants.",
    operators=(
        OperatorRef(name="OPERATEUR D EXEMPLE", siren="385290309"),
        OperatorRef(name="FINANCEUR D EXEMPLE", siren="187500020", role="funder"),
    ),
    programmes=("Programme parent d’exemple",),
    echelon="REGIONAL",
    stages=("EMERGENCE", "DESIGN", "FUNDING"),
    aid_types=("strategic_engineering", "other"),
    audiences=("commune", "epci", "department", "region", "special", "public_cies", "public_org", "association"),
    zones=("DEP-2A", "REG-93", "COM-987"),
    excluded_zones=("COM-2A004",),
    contact_url="https://exemple.fr/aides/1",
    opens_on=dt.date(2025, 1, 2),
    closes_on=dt.date(2027, 7, 1),
    source_url="https://exemple.fr/aides/1",
    source_name="Fichier au schéma national des dispositifs d’aide",
    origin="schema-national",
    origin_id="11111111-2222-4333-8444-555555555501",
    source_updated_on=dt.date(2025, 10, 6),
    status="published",
)


def test_a_row_becomes_a_whole_sheet_and_its_moments_the_days_they_are_in_paris():
    first = next(CONNECTOR.parse_file(SAMPLE / "national.csv"))

    assert isinstance(first, ParsedProgramme)
    assert first.record == FIRST


def test_json_says_the_same_with_real_lists_and_the_professional_extension():
    parsed = list(CONNECTOR.parse_file(SAMPLE / "national.json"))

    assert len(parsed) == 1
    assert isinstance(parsed[0], ParsedProgramme)
    assert parsed[0].record.operators == FIRST.operators
    assert parsed[0].record.aid_types == FIRST.aid_types
    assert parsed[0].record.legal_bases == (("Règlement d’exemple", "https://exemple.fr/reglement"),)
    assert parsed[0].record.professional == {"ciblage_naf": "A|10.11Z"}


def test_a_malformed_uuid_is_reported_and_still_names_the_sheet_in_its_source():
    third = list(CONNECTOR.parse_file(SAMPLE / "national.csv"))[2]

    assert isinstance(third, ParsedProgramme)
    assert (third.record.uid, third.record.origin_id) == ("", "11111111-2222-4333-8444-55555555[tél.]")
    assert [(change.line, change.column, change.expected) for change in third.changes] == [(7, "id", "uuid")]


def test_a_row_without_title_is_refused_at_its_line():
    last = list(CONNECTOR.parse_file(SAMPLE / "national.csv"))[3]

    assert isinstance(last, Refusal)
    assert (last.line, last.column, last.expected) == (8, "titre", "title")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            '[{"nom":"A","siren":"1","roles":["financeur"]}]',
            {"porteurs (financeur)": ["A#1"], "porteurs (tous)": ["A#1"]},
        ),
        (
            "[{ nom: 'L\\'ORGANISME', siren: '385290309', roles: [ 'instructeur' ]}]",
            {"porteurs (instructeur)": ["L'ORGANISME#385290309"], "porteurs (tous)": ["L'ORGANISME#385290309"]},
        ),
        ("ADEME|Région", {"porteurs (sans rôle)": ["ADEME|Région"]}),
        ('[{"nom": "A"', {"porteurs (illisibles)": ['[{"nom": "A"']}),
    ],
    ids=["json", "as the schema's own example", "plain names", "cut"],
)
def test_operators_are_read_however_the_schema_is_understood(written, expected):
    assert operators_by_role(written) == expected
