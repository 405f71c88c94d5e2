"""European calls gathered by Welcomeurope."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.connectors.welcomeurope.connector import CONNECTOR

SAMPLE = Path(__file__).parent / "sample/appels.json"


def test_lists_are_cut_after_their_entities_and_days_are_read():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert (first.record.title, first.record.status) == ("Programme d’exemple - Appel à propositions", "review")
    assert first.record.audiences == ("association", "private_sector")
    assert first.record.categories == ("culture-et-identite-collective", "international")
    assert (first.record.opens_on, first.record.closes_on) == (dt.date(2026, 10, 20), dt.date(2027, 1, 12))
    assert (first.record.aid_types, first.record.recurrence) == (("grant",), "oneoff")
    assert [change.value for change in first.changes] == ["Un public inconnu"]


def test_a_call_without_title_is_refused():
    refused = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(refused, Refusal)
    assert refused.expected == "title"
