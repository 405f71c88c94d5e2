"""Projects of the State's investment grants."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from maillage.connectors.dotations.connector import CONNECTOR
from maillage.connectors.parsed import ParsedGrant, Refusal

SAMPLE = Path(__file__).parent / "sample/projets.csv"


def grants() -> list[ParsedGrant]:
    return [one for one in CONNECTOR.parse_file(SAMPLE) if isinstance(one, ParsedGrant)]


def test_each_sort_of_code_names_a_place_and_the_departement_follows():
    assert [(one.record.territory, one.wider) for one in grants()] == [
        ("COM-62041", ("DEP-62",)),
        ("EPCI-200033579", ("DEP-62",)),
        ("DEP-2A", ()),
        ("DEP-62", ()),
    ]


def test_a_project_keeps_its_grant_its_year_its_topic_and_its_amount():
    first = grants()[0].record

    assert (first.scheme, first.programme, first.year, first.amount_eur) == ("DETR", "detr", 2018, Decimal("58226.00"))
    assert (first.topic, first.categories) == (
        "Éducation",
        ("education-et-renforcement-des-competences", "equipement-public"),
    )


def test_a_contract_is_a_topic_and_no_theme():
    second = grants()[1].record

    assert (second.topic, second.categories, second.siren) == ("Contrat de ruralité", (), "200033579")


def test_an_amount_in_words_is_left_out_and_told():
    last = grants()[3]

    assert last.record.amount_eur is None
    assert [(change.expected, change.value) for change in last.changes] == [("amount", "mille euros")]


def test_a_project_without_object_is_refused():
    refused = [one for one in CONNECTOR.parse_file(SAMPLE) if isinstance(one, Refusal)]

    assert [(one.line, one.expected, one.column) for one in refused] == [(6, "project", "description")]
