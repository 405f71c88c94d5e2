"""Theirs, ours, and what they said last time."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.core.records import OrganisationRecord, ProgrammeRecord
from maillage.curation.differences import IDENTITY, differences, merged, safe_fields

COVERS = frozenset({"title", "description", "promise", "uid"})


def sheet(**said: Any) -> ProgrammeRecord:
    return ProgrammeRecord(**({"title": "Titre", "description": "Texte", "promise": "Promesse"} | said))


def fields(**said) -> list[tuple[str, bool]]:
    return [(one.field, one.changed_here) for one in differences(covers=COVERS, **said)]


@pytest.mark.parametrize(
    ("theirs", "ours", "before", "expected"),
    [
        (sheet(), sheet(), None, []),
        (sheet(title="Neuf"), sheet(), None, [("title", False)]),
        (sheet(description=""), sheet(), None, []),
        (sheet(description=""), sheet(), sheet(), [("description", False)]),
        (sheet(), sheet(title="Corrigé ici"), sheet(), []),
        (sheet(title="Neuf"), sheet(title="Corrigé ici"), sheet(), [("title", True)]),
        (sheet(title="Neuf"), sheet(title="Neuf"), sheet(), []),
        (sheet(uid="x"), sheet(uid="y"), None, []),
    ],
    ids=[
        "nothing",
        "first time, other words",
        "first time, silence erases nothing",
        "later, emptied is news",
        "the source repeats itself",
        "both changed",
        "both changed alike",
        "identity never changes",
    ],
)
def test_what_a_source_would_change(theirs, ours, before, expected):
    assert fields(theirs=theirs, ours=ours, said_before=before) == expected


def test_the_way_a_sheet_came_from_house_to_house_is_no_change_of_it():
    own = {"ciblage_naf": "36.00Z"}
    theirs = sheet(professional=own | {"maillage_via": "https://a.exemple.fr", "maillage_origine": "maillage x"})

    same = differences(theirs=theirs, ours=sheet(professional=own), said_before=None, covers={"professional"})
    other = differences(theirs=theirs, ours=sheet(professional={}), said_before=None, covers={"professional"})

    assert [one.field for one in same] == []
    assert [one.field for one in other] == ["professional"]


def test_a_field_the_source_does_not_speak_of_never_changes():
    found = differences(theirs=sheet(promise="X"), ours=sheet(), said_before=None, covers={"title"})

    assert found == ()


def test_merging_takes_the_named_fields_only():
    assert merged(theirs=sheet(title="A", promise="B"), ours=sheet(), names=["title"]) == sheet(title="A")


def test_safe_fields_exist_and_say_why():
    known = ProgrammeRecord.__dataclass_fields__.keys() | OrganisationRecord.__dataclass_fields__.keys()

    assert set(safe_fields()) <= known - IDENTITY
    assert all(why.endswith(".") for why in safe_fields().values())
