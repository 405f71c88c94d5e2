"""When two organisations are one without asking anybody: an identifier, or name, address and telephone."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from maillage.core.dedup import ActorSheet, Verdict, actor_pairs

ONE = ActorSheet(
    key="a",
    name="Association Les Jardins Partagés",
    address="12 rue des Lilas, 62000 Arras",
    telephone="03 21 00 00 00",
    identifiers=("siren:732829320",),
)


def verdict(**changes: object) -> Verdict:
    return actor_pairs([ONE, replace(ONE, key="b", **changes)], among=[("a", "b")])[0].verdict


def test_a_shared_identifier_is_enough():
    assert verdict(name="Jardins", address="", telephone="") is Verdict.SAME
    assert verdict(identifiers=("siret:73282932000074",), address="", telephone="") is Verdict.SAME


def test_name_address_and_telephone_together_are_enough():
    assert (
        verdict(identifiers=(), address="12, Rue des Lilas 62000 ARRAS", telephone="+33 3 21 00 00 00") is Verdict.SAME
    )


@pytest.mark.parametrize("changes", [{"address": ""}, {"telephone": ""}, {"name": "Les Jardins Partagés d’Arras"}])
def test_any_of_the_three_missing_leaves_a_doubt_at_most(changes):
    assert verdict(identifiers=(), **changes) is Verdict.DOUBTFUL


def test_a_whole_likeness_without_proof_stays_a_doubt():
    here = replace(ONE, identifiers=(), telephone="", website="https://jardins.exemple.fr")

    found = actor_pairs([here, replace(here, key="b")])

    assert [pair.verdict for pair in found] == [Verdict.DOUBTFUL]
    assert "dup_actor_unproved" in {clue.reason.code for clue in found[0].clues}


def test_two_establishments_of_one_organisation_are_not_one():
    one = replace(ONE, identifiers=("siret:73282932000074",))
    two = replace(ONE, key="b", identifiers=("siret:73282932000082",), address="1 place du Port", telephone="")

    assert actor_pairs([one, two], among=[("a", "b")])[0].verdict is not Verdict.SAME


def test_other_identifiers_deny():
    assert verdict(identifiers=("siren:552100554",)) is Verdict.DIFFERENT


def test_points_add_up_and_a_person_decides():
    other = replace(ONE, key="b", identifiers=())
    said = actor_pairs([ONE, other], known={frozenset(("a", "b")): Verdict.DIFFERENT})[0]

    assert said.verdict is Verdict.DIFFERENT
    assert said.by_person
    assert sum(clue.points for clue in said.clues) == pytest.approx(said.points)


@pytest.mark.parametrize("name", ["Maison de services au public", "", "x" * 5000])
def test_thousands_of_namesakes_stay_bounded(name):
    sheets = [replace(ONE, key=f"{number:05}", name=name, telephone="", identifiers=()) for number in range(1000)]
    start = time.process_time()

    found = actor_pairs(sheets)

    assert time.process_time() - start < 15
    assert len(found) <= len(sheets) * 30
