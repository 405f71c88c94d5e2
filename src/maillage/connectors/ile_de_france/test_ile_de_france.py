"""The Région Île-de-France's aids."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.ile_de_france.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme

SAMPLE = Path(__file__).parent / "sample/aides.jsonl"


def test_lists_packed_in_one_cell_are_taken_apart():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert first.record.audiences == ("association", "epci", "private_sector")
    assert first.record.keywords == ("Attractivité", "Emploi")
    assert (first.record.origin_id, first.record.closes_on) == ("90001", dt.date(2026, 12, 31))
    assert first.record.aid_types == ("loan",)


def test_an_audience_nobody_mapped_is_told():
    second = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(second, ParsedProgramme)
    assert (second.record.audiences, second.record.recurrence) == ((), "ongoing")
    assert [change.value for change in second.changes] == ["Un public inconnu"]
