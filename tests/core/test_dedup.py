"""What the duplicate engine concludes, and why it says so."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.core.dedup import Pair, Sheet, Verdict, blocking, clusters, pairs
from maillage.core.dedup.reading import read

LIBRARY = [
    Sheet(key="a1", title="Construction d’une médiathèque intercommunale", source="A"),
    Sheet(key="a2", title="Réfection de la toiture du gymnase Pasteur", source="A"),
    Sheet(key="a3", title="Achat de deux bus électriques", source="A"),
    Sheet(key="b1", title="Création de la médiathèque intercommunale", source="B"),
    Sheet(key="b2", title="Toiture du gymnase Pasteur : réfection", source="B"),
    Sheet(key="b3", title="Plantation de haies bocagères", source="B"),
]


def by_keys(found: list[Pair]) -> dict[tuple[str, str], Pair]:
    return {(pair.left, pair.right): pair for pair in found}


def judged(left: Sheet, right: Sheet) -> Pair:
    """The pair, read among other sheets so that words have a rarity."""
    others = [sheet for sheet in LIBRARY if sheet.key not in (left.key, right.key)]
    return pairs([left, right, *others], among=[(left.key, right.key)])[0]


def codes(pair: Pair) -> set[str]:
    return {clue.reason.code for clue in pair.clues}


def test_the_same_projects_told_twice_are_found_and_the_others_are_not():
    assert set(by_keys(pairs(LIBRARY))) == {("a1", "b1"), ("a2", "b2")}


def test_a_pair_says_the_words_both_titles_hold():
    pair = by_keys(pairs(LIBRARY))["a2", "b2"]

    words = next(clue.sentence() for clue in pair.clues if clue.reason.code == "dup_words")
    assert "« toiture »" in words.lower()
    assert pair.verdict is Verdict.SAME


def test_pairs_across_two_lists_only():
    found = pairs(LIBRARY[:3], against=LIBRARY[3:])

    assert {(pair.left, pair.right) for pair in found} == {("a1", "b1"), ("a2", "b2")}


def test_two_tranches_are_not_one_project():
    one = Sheet(key="x", title="Construction d’une salle de sport, tranche 1")
    two = Sheet(key="y", title="Construction d’une salle de sport, tranche 2")

    pair = judged(one, two)

    assert "dup_numbers" in codes(pair)
    assert next(clue for clue in pair.clues if clue.reason.code == "dup_numbers").points < 0


def test_the_name_of_the_holder_says_nothing_of_the_object():
    town = "Saint-Menoux"
    one = Sheet(key="x", title="Saint-Menoux toiture de la mairie", own_name=town)
    two = Sheet(key="y", title="Saint-Menoux parcours de santé", own_name=town)

    assert judged(one, two).verdict is Verdict.DIFFERENT


def test_other_places_make_other_projects():
    one = Sheet(key="x", title="Rénovation de la salle des fêtes", zones=("COM-62041",))
    two = Sheet(key="y", title="Rénovation de la salle des fêtes", zones=("COM-62765",))

    assert judged(one, two).verdict is not Verdict.SAME
    assert "dup_zones" in codes(judged(one, two))


def test_a_shared_identifier_decides_and_another_one_denies():
    one = Sheet(key="x", title="Fonds chaleur", identifiers=("uid:1",))
    same = Sheet(key="y", title="Aide aux réseaux de chaleur renouvelable", identifiers=("uid:1",))
    other = Sheet(key="y", title="Fonds chaleur", identifiers=("uid:2",))

    assert judged(one, same).verdict is Verdict.SAME
    assert judged(one, other).verdict is Verdict.DIFFERENT


def test_operator_text_address_and_dates_weigh_too():
    day = dt.date(2026, 12, 31)
    base = {"title": "Aide aux haies", "operator": "Région", "text": "Planter des haies bocagères", "closes_on": day}
    one = Sheet(key="x", address="https://www.exemple.fr/haies/", **base)
    two = Sheet(key="y", address="http://exemple.fr/haies", **base)

    pair = judged(one, two)

    assert {"dup_operator", "dup_text_alike", "dup_closing_same", "dup_address"} <= codes(pair)
    assert all(clue.points > 0 for clue in pair.clues if clue.reason.code != "dup_prior")


def test_a_better_partner_in_the_same_list_casts_a_doubt():
    best = Sheet(key="b1", title="Rénovation thermique de l’école Jules Ferry", source="B")
    less = Sheet(key="b2", title="Rénovation de la cour de l’école Jules Ferry", source="B")
    mine = Sheet(key="a1", title="Rénovation thermique école Jules Ferry", source="A")
    asked = [("a1", "b1"), ("a1", "b2")]

    together = by_keys(pairs([mine, best, less], among=asked))

    assert "dup_rivals" in codes(together["a1", "b2"])
    assert together["a1", "b1"].points > together["a1", "b2"].points


def test_what_a_person_said_holds_whatever_the_points():
    known = {frozenset(("a2", "b2")): Verdict.DIFFERENT, frozenset(("a3", "b3")): Verdict.SAME}

    found = by_keys(pairs(LIBRARY, known=known))

    assert found["a2", "b2"].verdict is Verdict.DIFFERENT
    assert found["a2", "b2"].by_person
    assert found["a3", "b3"].verdict is Verdict.SAME
    assert found["a2", "b2"].points > 0 > found["a3", "b3"].points
    assert {cluster.keys for cluster in clusters(list(found.values()))} >= {("a3", "b3")}
    assert ("a2", "b2") not in {cluster.keys for cluster in clusters(list(found.values()))}


def test_two_sheets_said_different_never_share_a_cluster():
    def pair(left: str, right: str, verdict: Verdict, points: float = 5.0, by_person: bool = False) -> Pair:
        return Pair(left, right, points, 0.99, verdict, (), by_person)

    found = clusters(
        [
            pair("a", "b", Verdict.SAME, 6.0),
            pair("b", "c", Verdict.SAME, 5.0),
            pair("a", "c", Verdict.DIFFERENT, by_person=True),
        ]
    )

    assert [cluster.keys for cluster in found] == [("a", "b")]
    assert [(pair.left, pair.right) for pair in found[0].pairs] == [("a", "b")]


def test_a_key_given_twice_is_refused():
    with pytest.raises(ValueError, match="same key"):
        pairs([LIBRARY[0], LIBRARY[0]])


@pytest.mark.parametrize("sheets", [[], LIBRARY[:1], [Sheet(key="x", title=""), Sheet(key="y", title="")]])
def test_nothing_to_compare_gives_nothing(sheets):
    assert pairs(sheets) == []


def test_across_two_lists_the_couples_are_those_of_both_sides_among_all():
    words = ("école", "gymnase", "mairie", "toiture", "isolation", "piscine", "Arras", "Lens")
    sheets = [
        Sheet(key=f"{n:02}", title=" ".join(words[(n * k) % 8] for k in (1, 3, 5)), zones=(f"COM-{n % 3}",))
        for n in range(30)
    ]
    corpus = read(sheets)

    left, right = blocking.candidates(corpus, first=20)

    every = {(one, two) for one, two in zip(*(column.tolist() for column in blocking.candidates(corpus)), strict=True)}
    found = set(zip(left.tolist(), right.tolist(), strict=True))
    assert found
    assert found == {(one, two) for one, two in every if one < 20 <= two}
