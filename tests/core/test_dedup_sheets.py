"""Our records as the duplicate engine reads them, and how it reads addresses."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.core.dedup import Verdict, actor_pairs, pairs
from maillage.core.dedup.reading import page_address, plain_address
from maillage.core.dedup.sheets import actor_sheet, programme_sheet
from maillage.core.records import OperatorRef, OrganisationRecord, ProgrammeRecord

HEDGES = ProgrammeRecord(
    title="Plantons des haies",
    promise="Un coup de pouce aux haies.",
    description="Aide à la plantation de haies bocagères.",
    operators=(OperatorRef(name="Région"), OperatorRef(name="Agence de l’eau")),
    zones=("PAYS-99100", "DEP-62"),
    closes_on=dt.date(2026, 12, 31),
    origin="source-a",
    origin_id="12",
    uid="65d5b6c7-102c-4440-ac3b-768f708edc0a",
)


def test_a_programme_keeps_what_tells_it_from_another():
    sheet = programme_sheet(HEDGES, key="k")

    assert sheet.text == "Un coup de pouce aux haies. Aide à la plantation de haies bocagères."
    assert sheet.operator == "Agence de l’eau, Région"
    assert sheet.zones == ("DEP-62",)
    assert sheet.source == "source-a"
    assert sheet.identifiers == ("uid:65d5b6c7-102c-4440-ac3b-768f708edc0a", "source-a:12")


def test_one_record_read_twice_is_one_programme():
    found = pairs([programme_sheet(HEDGES, key="a"), programme_sheet(HEDGES, key="b")])

    assert [pair.verdict for pair in found] == [Verdict.SAME]


def test_an_organisation_keeps_its_official_numbers():
    record = OrganisationRecord(name="Les Jardins", siren="732829320", rna="W621000000", phone="03 21 00 00 00")

    sheet = actor_sheet(record, key="k")

    assert sheet.identifiers == ("siren:732829320", "rna:W621000000")
    assert [pair.verdict for pair in actor_pairs([sheet, actor_sheet(record, key="l")])] == [Verdict.SAME]


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://www.exemple.fr/aides/haies/", "exemple fr aides haies"),
        ("http://exemple.fr/aides/haies", "exemple fr aides haies"),
        ("https://www.exemple.fr/", ""),
        ("exemple.fr", ""),
        ("", ""),
    ],
)
def test_a_page_has_one_spelling_and_a_front_page_says_nothing(address, page):
    assert page_address(address) == page


def test_a_postal_address_keeps_its_words_and_numbers():
    assert plain_address("12, Rue de l’Église – 62000 ARRAS") == "12 rue de l eglise 62000 arras"
