"""The services of the Département de la Drôme."""

from __future__ import annotations

from pathlib import Path

from maillage.connectors.departement_drome.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.core.records import OperatorRef

SAMPLE = Path(__file__).parent / "sample/services.json"


def test_a_service_is_an_engineering_offer_of_the_departement():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert first.record.operators == (
        OperatorRef(name="Conseil départemental de la Drôme", slug="conseil-departemental-26"),
    )
    assert (first.record.zones, first.record.aid_types) == (("DEP-26",), ("technical_engineering",))
    assert (first.record.audiences, first.record.categories) == (("commune", "epci"), ("alimentation",))
    assert [change.value for change in first.changes] == ["Un public inconnu"]
    assert "personne" not in str(first.record)


def test_a_service_without_name_is_refused():
    refused = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(refused, Refusal)
    assert refused.expected == "title"
