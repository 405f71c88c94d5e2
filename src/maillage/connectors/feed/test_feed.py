"""Any RSS or Atom feed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from maillage.connectors.connector import at_place
from maillage.connectors.feed.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.core.records import ProgrammeRecord

SAMPLE = Path(__file__).parent / "sample"
PLACE = at_place(CONNECTOR, slug="reseau-exemple", name="Réseau d’exemple", address="https://reseau.exemple.fr/flux")


def test_an_entry_becomes_a_sheet_that_waits_for_a_person():
    first = next(PLACE.parse_file(SAMPLE / "flux.xml"))

    assert isinstance(first, ParsedProgramme)
    assert first.record == ProgrammeRecord(
        title="Un appui aux communes pour leurs haies",
        description="Le réseau ouvre un appui aux communes.\n\n- Un diagnostic\n"
        "- Un plan (exemple (https://reseau.exemple.fr/plan))",
        keywords=("haies", "biodiversité"),
        source_url="https://reseau.exemple.fr/actualites/haies",
        source_name="Réseau d’exemple",
        origin="reseau-exemple",
        origin_id="exemple-101",
        source_updated_on=dt.date(2026, 11, 21),
        status="review",
    )
    assert first.changes == ()


def test_without_identifier_the_address_is_the_key_and_without_title_there_is_no_sheet():
    _, second, third = PLACE.parse_file(SAMPLE / "flux.xml")

    assert second.record.origin_id == "https://reseau.exemple.fr/actualites/journee?annee=2026&lieu=lyon"
    assert isinstance(third, Refusal)
    assert (third.expected, third.line) == ("title", 3)


def test_atom_is_read_too():
    (only,) = CONNECTOR.parse_file(SAMPLE / "atom.xml")

    assert only.record.title == "Un fonds pour les friches"
    assert only.record.origin_id == "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a"
    assert only.record.source_updated_on == dt.date(2026, 11, 19)
    assert only.record.status == "review"


def test_a_very_long_identifier_becomes_its_digest_and_stays_the_same():
    keys = {CONNECTOR.shape({"id": "x" * 300})["clé"], CONNECTOR.shape({"id": "x" * 300})["clé"]}

    assert [len(key) for key in keys] == [64]
    assert CONNECTOR.shape({"id": "x" * 301})["clé"] not in keys
