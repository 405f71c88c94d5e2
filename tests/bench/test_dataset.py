"""The programmes and needs of the bench: recombined from real ones, distinct, always the same."""

from __future__ import annotations

import pytest

from bench.dataset import needs, places, prefixes, recombined
from maillage.core.records import ProgrammeRecord

REAL = [
    ProgrammeRecord(
        title=f"Titre {number}",
        description=f"Texte {number}",
        categories=(f"theme-{number}",),
        zones=zones,
        echelon=echelon,
        source_name="Source",
        parent="autre",
    )
    for number, (zones, echelon) in enumerate(
        [
            (("PAYS-99100",), "NATIONAL"),
            (("DEP-62", "DEP-59"), "DEPARTMENTAL"),
            ((), "LOCAL"),
            (("REG-32",), "REGIONAL"),
        ]
    )
]


def test_recombined_programmes_are_the_same_at_each_run_and_distinct():
    first, second = list(recombined(REAL, 60)), list(recombined(REAL, 60))

    assert first == second
    assert len({record.slug for record in first}) == 60


def test_a_shorter_dataset_opens_a_longer_one():
    assert list(recombined(REAL, 10)) == list(recombined(REAL, 60))[:10]


def test_a_recombined_programme_is_made_of_real_pieces_and_can_be_published():
    known = {(zone, record.echelon) for record in REAL for zone in record.zones or ("",)}

    for record in recombined(REAL, 60):
        assert record.title in {item.title for item in REAL}
        assert record.description in {item.description for item in REAL}
        assert len(record.zones) <= 1
        assert ((record.zones or ("",))[0], record.echelon) in known
        assert (record.status, record.origin, record.parent) == ("published", "bench", "")


def test_pieces_come_from_different_programmes():
    mixed = [record for record in recombined(REAL, 60) if record.title[-1] != record.description[-1]]

    assert len(mixed) > 30


def test_needs_are_distinct_and_say_something(monkeypatch):
    monkeypatch.setattr("bench.dataset._project_titles", list)
    texts = ["Rénover une école", "Rénover une école", "Trop court", *(f"Planter des haies {i}" for i in range(20))]

    found = needs(15, promises=texts)

    assert len(set(found)) == len(found) == 15
    assert found == needs(15, promises=texts)
    assert "Trop court" not in found


@pytest.mark.data
def test_needs_are_titles_of_real_projects(shared_data):
    found = needs(200, promises=[])

    assert len(set(found)) == 200
    assert all(len(text.split()) >= 3 for text in found)


def test_places_and_prefixes_are_the_same_at_each_run():
    assert places(5, communes=["COM-2", "COM-1"]) == places(5, communes=["COM-1", "COM-2"])
    assert all(2 <= len(prefix) <= 6 for prefix in prefixes(["Saint-Omer", "Lens"], count=50))
