"""The Aides-territoires API."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.aides_territoires.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme
from maillage.core.records import OperatorRef, ProgrammeRecord

SAMPLE = Path(__file__).parent / "sample/page.json"


def sheets() -> list[ParsedProgramme]:
    return [parsed for parsed in CONNECTOR.parse_file(SAMPLE) if isinstance(parsed, ParsedProgramme)]


def test_an_aid_becomes_a_whole_sheet_its_html_text_and_its_script_gone():
    assert sheets()[0].record == ProgrammeRecord(
        title="Aide d’exemple",
        description="Un paragraphe.\n\n- Premier point\n- Second point (https://exemple.fr/p)",
        eligibility="Être une commune & le rester.",
        operators=(OperatorRef(name="Service d’exemple"), OperatorRef(name="Agence d’exemple", role="funder")),
        programmes=("Programme d’exemple",),
        echelon="DEPARTMENTAL",
        stages=("EMERGENCE", "DESIGN", "DELIVERY", "FUNDING"),
        aid_types=("grant", "technical_engineering"),
        audiences=("commune", "epci"),
        categories=("eau-potable", "qualite-de-l-air"),
        zones=("DEP-26",),
        price="FREE",
        price_note="Taux de subvention : de 20 à 80 %",
        contact_url="https://exemple.fr/deposer",
        recurrence="oneoff",
        opens_on=dt.date(2026, 1, 15),
        closes_on=dt.date(2026, 12, 31),
        keywords=("Exemple",),
        source_url="https://exemple.fr/aide",
        source_name="Aides-territoires",
        licence="Licence Ouverte 2.0",
        origin="aides-territoires",
        origin_id="900001",
        source_updated_on=dt.date(2026, 2, 3),
        status="published",
    )


def test_a_place_we_have_no_code_for_keeps_its_name_for_the_geography_to_read():
    assert sheets()[1].record.zones == ("CC du Pays d’Exemple",)


def test_a_word_outside_the_vocabulary_is_left_out_and_told_with_its_line():
    second = sheets()[1]

    assert second.record.audiences == ("association",)
    assert [(change.line, change.column, change.value) for change in second.changes] == [
        (64, "targeted_audiences", "Un mot inconnu")
    ]


def test_nobody_s_contact_is_taken():
    assert all("Un bureau" not in str(sheet.record) for sheet in sheets())
