"""The guide of aids of the Région Île-de-France."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.ile_de_france_guide.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal

SAMPLE = Path(__file__).parent / "sample/aides.json"


def test_lists_of_objects_become_our_codes_and_blanks_are_dropped():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert (first.record.audiences, first.record.categories) == (("association",), ("sports-et-loisirs",))
    assert first.record.eligibility == "Des précisions.\n\nModalités : 50 % au plus."
    assert (first.record.opens_on, first.record.closes_on) == (dt.date(2026, 6, 3), dt.date(2026, 12, 31))
    assert (first.record.recurrence, first.record.keywords) == ("oneoff", ("Handicap",))
    assert [change.value for change in first.changes] == ["Un public inconnu"]
    assert "personne" not in str(first.record)
    assert "REPRISE" not in str(first.record)


def test_an_aid_without_title_is_refused():
    refused = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(refused, Refusal)
    assert refused.expected == "title"
