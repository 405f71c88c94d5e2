"""The beneficiaries of the State's programmes: a zone and a place per line, in both lists."""

from __future__ import annotations

from pathlib import Path

from maillage.connectors.anct_programmes.connector import BENEFICIARIES, GROUPINGS
from maillage.connectors.connector import Connector
from maillage.connectors.parsed import ParsedPresence, Refusal

SAMPLE = Path(__file__).parent / "sample"


def places(connector: Connector, name: str) -> list[tuple[str, str]]:
    read = connector.parse_file(SAMPLE / name)
    return [(one.record.zone, one.record.territory) for one in read if isinstance(one, ParsedPresence)]


def test_each_line_gives_a_zone_and_a_place_as_the_list_writes_it():
    assert places(BENEFICIARIES, "beneficiaires.csv") == [
        ("ZONE-acv", "62041"),
        ("ZONE-pvd", "62119"),
        ("ZONE-ami", "200033579"),
        ("ZONE-pvd", "COM-58062"),
    ]


def test_the_list_of_groupings_has_its_own_programmes():
    assert places(GROUPINGS, "intercommunalites.csv") == [
        ("ZONE-ti", "200033579"),
        ("ZONE-fabp", "200033579"),
        ("ZONE-tec", "EPCI-249740119"),
    ]


def test_what_another_source_tells_and_what_nobody_follows_is_set_aside_on_purpose():
    refused = [one for one in BENEFICIARIES.parse_file(SAMPLE / "beneficiaires.csv") if isinstance(one, Refusal)]

    assert [(one.expected, one.value) for one in refused] == [
        ("refused_by_mapping", "fs"),
        ("refused_by_mapping", "ti"),
        ("refused_by_mapping", "inconnu"),
        ("territory", ""),
    ]


def test_a_presence_is_told_apart_by_its_programme_and_its_place():
    first = next(BENEFICIARIES.parse_file(SAMPLE / "beneficiaires.csv"))

    assert isinstance(first, ParsedPresence)
    assert first.record.origin_id == "ZONE-acv 62041"
