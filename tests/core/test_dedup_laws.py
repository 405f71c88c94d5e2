"""Laws of the duplicate engine, on any input: symmetry, order, sums, persons; and it stays quick on hostile ones."""

from __future__ import annotations

import random
import time
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.core.dedup import Pair, Sheet, Verdict, clusters, pairs

OBJECTS = "toiture école gymnase mairie salle fêtes voirie crèche médiathèque piste 1 2 tranche".split()
titles = st.lists(st.sampled_from(OBJECTS), min_size=0, max_size=6).map(" ".join) | st.text(max_size=30)
sheets_lists = st.lists(
    st.builds(
        Sheet,
        key=st.just(""),
        title=titles,
        text=titles,
        source=st.sampled_from(["", "A", "B"]),
        operator=st.sampled_from(["", "Région", "Département du Nord"]),
        own_name=st.sampled_from(["", "Lille"]),
        zones=st.sampled_from([(), ("COM-59350",), ("COM-62041",), ("DEP-59",)]),
        identifiers=st.sampled_from([(), ("uid:1",), ("uid:2",)]),
    ),
    max_size=9,
).map(lambda made: [Sheet(**{**_fields(sheet), "key": f"k{number}"}) for number, sheet in enumerate(made)])
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _fields(sheet: Sheet) -> dict[str, object]:
    return {name: getattr(sheet, name) for name in Sheet.__slots__}


def every(sheets: list[Sheet]) -> list[tuple[str, str]]:
    return list(combinations([sheet.key for sheet in sheets], 2))


@slow
@given(sheets=sheets_lists, seed=st.integers(0, 99))
def test_the_order_of_sheets_changes_nothing(sheets, seed):
    shuffled = random.Random(seed).sample(sheets, len(sheets))

    assert pairs(shuffled) == pairs(sheets)


@slow
@given(sheets=sheets_lists)
def test_a_pair_asked_both_ways_is_the_same_pair(sheets):
    asked = every(sheets)

    assert pairs(sheets, among=asked) == pairs(sheets, among=[(two, one) for one, two in asked])


@slow
@given(sheets=sheets_lists)
def test_points_add_up_and_make_the_probability_and_the_verdict(sheets):
    for pair in pairs(sheets, among=every(sheets)):
        assert sum(clue.points for clue in pair.clues) == pytest.approx(pair.points, abs=1e-9)
        assert 0 <= pair.probability <= 1
        assert all(clue.sentence() for clue in pair.clues)
        assert (pair.verdict is Verdict.DIFFERENT) == (pair.points < 0)


@slow
@given(sheets=sheets_lists, data=st.data())
def test_what_persons_said_is_kept_and_clusters_respect_it(sheets, data):
    asked = every(sheets)
    said = data.draw(st.dictionaries(st.sampled_from(asked), st.sampled_from(["same", "different"]))) if asked else {}
    known = {frozenset(keys): Verdict(it) for keys, it in said.items()}

    found = pairs(sheets, known=known)
    groups = clusters(found)

    assert {pair.keys: pair.verdict for pair in found if pair.by_person} == known
    members = [key for group in groups for key in group.keys]
    assert len(members) == len(set(members))
    apart = {keys for keys, it in known.items() if it is Verdict.DIFFERENT}
    assert not any(frozenset(couple) in apart for group in groups for couple in combinations(group.keys, 2))


verdicts = st.sampled_from([Verdict.SAME, Verdict.DIFFERENT])


@slow
@given(
    judged=st.dictionaries(
        st.sampled_from(list(combinations("abcdefg", 2))), st.tuples(verdicts, st.integers(0, 9), st.booleans())
    ),
    seed=st.integers(0, 99),
)
def test_clusters_are_transitive_and_do_not_depend_on_the_order_of_pairs(judged, seed):
    given_pairs = [Pair(*keys, points, 0.5, it, (), person) for keys, (it, points, person) in judged.items()]
    shuffled = random.Random(seed).sample(given_pairs, len(given_pairs))

    found = clusters(given_pairs)

    assert clusters(shuffled) == found
    home = {key: number for number, group in enumerate(found) for key in group.keys}
    if not any(pair.by_person and pair.verdict is Verdict.DIFFERENT for pair in given_pairs):
        same = [pair for pair in given_pairs if pair.verdict is Verdict.SAME]
        assert all(home[pair.left] == home[pair.right] for pair in same)
    assert all(home[pair.left] == home[pair.right] == at for at, group in enumerate(found) for pair in group.pairs)


@slow
@given(sheets=sheets_lists)
def test_asking_for_a_pair_gives_what_finding_it_gives(sheets):
    found = pairs(sheets)

    asked = pairs(sheets, among=[(pair.left, pair.right) for pair in found])

    assert [(pair.keys, pair.verdict) for pair in asked] == [(pair.keys, pair.verdict) for pair in found]
    assert [pair.points for pair in asked] == pytest.approx([pair.points for pair in found])


COUNT = 4000
HOSTILE = {
    "the same title everywhere": [("Rénovation de la salle des fêtes", "") for _ in range(COUNT)],
    "nothing said": [("", "") for _ in range(COUNT)],
    "one giant word": [("x" * 50_000 + str(number % 7), "") for number in range(200)],
    "texts of 5 000 words": [(f"Aide {number}", "mot rare " * 2500) for number in range(200)],
    "titles of 5 000 words": [(f"projet{number} " * 5000, "") for number in range(50)],
    "numbers only": [(str(number), "") for number in range(COUNT)],
    "one word each, shared by all": [(f"école école {number}", "école") for number in range(COUNT)],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sheets_stay_bounded(name):
    sheets = [
        Sheet(key=f"{number:06}", title=title, text=text, own_name="Lille", zones=("COM-59350",))
        for number, (title, text) in enumerate(HOSTILE[name])
    ]
    start = time.process_time()

    found = pairs(sheets)

    assert time.process_time() - start < 15
    assert len(found) <= len(sheets) * 60
