"""Another Maillage."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from maillage.connectors.connector import at_home, at_place
from maillage.connectors.other_maillage.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.core.records import OperatorRef

SAMPLE = Path(__file__).parent / "sample/programmes.jsonl"


def test_a_sheet_keeps_its_identity_its_words_and_its_days():
    first, _ = CONNECTOR.parse_file(SAMPLE)

    record = first.record
    assert first.changes == ()
    assert (record.uid, record.origin_id) == ("0d9a6b1e-6f0e-4a2d-9a55-6a1f0b7d2c11",) * 2
    assert record.description == "Un technicien vient voir.\n\n- Un diagnostic\n- Un plan"
    assert record.operators == (
        OperatorRef(name="Syndicat d’exemple"),
        OperatorRef(name="Département d’exemple", siren="226200012", role="funder"),
    )
    assert record.sdgs == (6, 11)
    assert record.legal_bases == (
        ("Code général des collectivités territoriales, article L. 3232-1-1", "https://exemple.fr/loi"),
    )
    assert (record.closes_on, record.verified_on) == (dt.date(2027, 1, 31), dt.date(2026, 10, 2))
    assert record.professional == {"ciblage_naf": "36.00Z", "maillage_via": "https://autre.exemple.fr"}


def test_a_sheet_born_there_has_its_page_there_for_source_another_keeps_its_own():
    first, second = CONNECTOR.parse_file(SAMPLE)

    assert first.record.source_url == "https://autre.exemple.fr/programmes/appui-eau"
    assert (second.record.source_url, second.record.source_name) == ("https://source.exemple.fr/162", "Aides d’exemple")
    assert second.record.professional["maillage_origine"] == "aides-exemple 162"
    assert second.record.excluded_zones == ("REG-04",)


def test_a_sheet_that_already_went_through_here_is_left_aside_and_told():
    place = at_place(CONNECTOR, slug="chez-eux", name="Chez eux", address="https://autre.exemple.fr")
    first, second = at_home(place, "https://encore.exemple.fr/").parse_file(SAMPLE)

    assert isinstance(first, ParsedProgramme)
    assert first.record.origin == "chez-eux"
    assert isinstance(second, Refusal)
    assert second.expected == "refused_by_mapping"


def test_a_line_of_another_format_is_refused():
    (one,) = CONNECTOR.parse(json.dumps({"format": "maillage-programme/9", "title": "x"}).encode())

    assert isinstance(one, Refusal)
    assert (one.expected, one.value) == ("maillage_format", "maillage-programme/9")
