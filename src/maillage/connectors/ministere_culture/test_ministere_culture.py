"""The aids of the ministère de la Culture."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.ministere_culture.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal

SAMPLE = Path(__file__).parent / "sample/demarches.json"


def test_blanks_are_taken_off_and_words_become_ours():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert first.record.source_url == "https://www.culture.gouv.fr/Demarches-en-ligne/Exemple"
    assert first.record.contact_url == "https://mesdemarches.culture.gouv.fr/exemple/"
    assert (first.record.closes_on, first.record.source_updated_on) == (dt.date(2027, 4, 15), dt.date(2022, 7, 28))
    assert (first.record.categories, first.record.zones) == (("arts-plastiques-et-photographie",), ("PAYS-99100",))
    assert first.record.description == "Un résumé.\n\nMontant : Min. 3.000 € par projet"
    assert (first.record.audiences, first.record.recurrence) == (("association",), "oneoff")
    assert [change.value for change in first.changes] == ["Un public inconnu"]
    assert "personne" not in str(first.record)


def test_one_without_title_is_refused():
    refused = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(refused, Refusal)
    assert refused.expected == "title"
