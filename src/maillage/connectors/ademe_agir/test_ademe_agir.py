"""The aids of ADEME."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.ademe_agir.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal

SAMPLE = Path(__file__).parent / "sample/dispositifs.json"


def test_codes_become_ours_and_the_address_is_mended():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert first.record.source_url == "https://agirpourlatransition.ademe.fr/entreprises/aides-financieres/2026/exemple"
    assert first.record.audiences == (
        "private_sector",
        "commune",
        "epci",
        "department",
        "public_cies",
        "public_org",
    )
    assert first.record.categories == ("recyclage-et-valorisation-des-dechets", "economie-circulaire", "alimentation")
    assert (first.record.zones, first.record.closes_on) == (("PAYS-99100",), dt.date(2026, 12, 31))
    assert [change.value for change in first.changes] == ["SCA9"]


def test_an_aid_without_title_is_refused():
    refused = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(refused, Refusal)
    assert refused.expected == "title"
