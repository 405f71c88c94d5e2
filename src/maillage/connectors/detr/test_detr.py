"""The DETR's priority categories."""

from __future__ import annotations

from pathlib import Path

from maillage.connectors.detr.connector import CONNECTOR
from maillage.connectors.parsed import ParsedProgramme, Refusal
from maillage.core.records import OperatorRef

SAMPLE = Path(__file__).parent / "sample/categories.csv"


def test_each_category_of_a_departement_is_a_sheet_of_its_own_scope():
    first = next(CONNECTOR.parse_file(SAMPLE))

    assert isinstance(first, ParsedProgramme)
    assert first.record.title == "DETR Corse-du-Sud : Réfection de la voirie communale et ouvrages d’art"
    assert (first.record.zones, first.record.echelon) == (("DEP-2A",), "DEPARTMENTAL")
    assert first.record.operators[0] == OperatorRef(name="Préfecture (Corse-du-Sud)", slug="prefecture-2a")
    assert first.record.categories == ("voirie-et-reseaux",)


def test_a_rate_written_in_the_rubrique_is_shown_as_the_price():
    second = list(CONNECTOR.parse_file(SAMPLE))[1]

    assert isinstance(second, ParsedProgramme)
    assert second.record.price_note == "Sécurité et accessibilité (taux de subvention 25 à 35 %) :"


def test_a_title_too_long_is_cut_at_a_word_and_told():
    third = list(CONNECTOR.parse_file(SAMPLE))[2]

    assert isinstance(third, ParsedProgramme)
    assert len(third.record.title) <= 300
    assert third.record.title.endswith("extension…")
    assert third.record.zones == ("COM-987",)
    assert [(change.column, change.facts["limit"]) for change in third.changes] == [("title", "300")]


def test_a_line_that_waits_for_the_list_is_refused_with_the_reason():
    last = list(CONNECTOR.parse_file(SAMPLE))[3]

    assert isinstance(last, Refusal)
    assert (last.line, last.column, last.expected) == (5, "categorie", "refused_by_mapping")
    assert "attend encore la liste" in last.facts["reason"]
