"""The aids of the Département de la Manche."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.departement_manche.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal

SAMPLE = Path(__file__).parent / "sample/aides.json"


def test_an_aid_is_a_sheet_of_the_departement():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert (first.record.title, first.record.zones) == ("Aide d’exemple à la commune", ("DEP-50",))
    assert (first.record.audiences, first.record.categories) == (("commune", "epci"), ("espace-public",))
    assert (first.record.programmes, first.record.source_updated_on) == (
        ("Contrat d’exemple 2022-2028",),
        dt.date(2023, 8, 26),
    )
    assert [change.value for change in first.changes] == ["Un sujet inconnu"]
    assert "personne" not in str(first.record)


def test_an_aid_without_name_is_refused():
    refused = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(refused, Refusal)
    assert refused.expected == "title"
