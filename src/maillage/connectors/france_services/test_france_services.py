"""The France services: one desk per line, its hours gathered, nothing that may name a person."""

from __future__ import annotations

from pathlib import Path

from maillage.connectors.france_services.connector import CONNECTOR
from maillage.connectors.parsed import ParsedOrganisation, Refusal

SAMPLE = Path(__file__).parent / "sample" / "liste.csv"


def desks() -> list[ParsedOrganisation]:
    return [one for one in CONNECTOR.parse_file(SAMPLE) if isinstance(one, ParsedOrganisation)]


def test_a_desk_has_its_number_its_place_its_address_and_its_hours():
    first = desks()[0].record

    assert (first.origin, first.origin_id, first.slug, first.network) == (
        "france-services",
        "9001",
        "fs-9001",
        "france-services",
    )
    assert (first.name, first.seat, first.phone) == ("France services d’Exemple-ville", "62041", "03 99 00 00 01")
    assert first.address == "1 Place de l'Exemple, Mairie annexe, 62000 Arras"
    assert first.opening == (
        "lundi : 09:00 - 12:00 / 14:00 - 17:00\nmardi : 09:00 - 12:00\nmercredi : 14:00 - 17:00\n"
        "vendredi : 09:00 - 12:00\n\nOn peut y prendre rendez-vous."
    )


def test_neither_the_mailbox_nor_the_remarks_are_read():
    said = " ".join(str(one.record) for one in desks())

    assert "exemple.test" not in said
    assert "Demander" not in said


def test_a_bus_says_so_and_an_address_goes_without_its_complement():
    bus = desks()[1].record

    assert bus.address == "2 Rue de l'Exemple, 62400 Béthune"
    assert bus.description == "Bus ou véhicule qui fait halte dans plusieurs communes."
    assert bus.opening == ""


def test_a_telephone_that_is_none_is_left_out_and_told():
    third = desks()[2]

    assert (third.record.phone, third.record.address) == ("", "")
    assert [(change.expected, change.value) for change in third.changes] == [("phone", "au guichet")]


def test_a_file_without_hours_says_nothing_of_them():
    row = {"id_fs": "1", "lib_fs": "France services", "insee_com": "62041"}

    assert "horaires" not in CONNECTOR.shape(row)


def test_a_line_without_number_or_name_is_refused():
    refused = [one for one in CONNECTOR.parse_file(SAMPLE) if isinstance(one, Refusal)]

    assert [(one.expected, one.column) for one in refused] == [("identifier", "id_fs"), ("organisation_name", "lib_fs")]
