"""What brings together people who otherwise differ: the laws it keeps, the groups it finds, what it does not say."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.consensus import Standing, consensus

STATEMENTS = [f"s{number}" for number in range(7)]
Votes = dict[str, dict[str, int]]


def two_camps(left: int = 9, right: int = 7) -> Votes:
    """Two camps that part on `split` and `other`, agree on `shared`, reject `no`; a crowd alone likes `crowd`."""
    one = {"split": 1, "other": -1, "shared": 1, "no": -1, "crowd": 1}
    two = {"split": -1, "other": 1, "shared": 1, "no": -1, "crowd": -1}
    return {f"l{at}": one for at in range(left)} | {f"r{at}": two for at in range(right)}


def ballots(least: int = 0, most: int = 24):
    said = st.dictionaries(st.sampled_from(STATEMENTS), st.sampled_from((-1, 0, 1)), min_size=1)
    return st.lists(said, min_size=least, max_size=most)


def named(rows: list[dict[str, int]]) -> Votes:
    return {f"v{at}": row for at, row in enumerate(rows)}


def test_two_camps_are_found_and_what_they_share_comes_first():
    found = consensus(two_camps())

    assert found is not None
    assert [(group.name, group.size) for group in found.groups] == [("A", 9), ("B", 7)]
    assert found.groups[0].for_ == ("crowd", "split")
    assert found.groups[0].against == ("other",)
    assert next(each.key for each in found.ranked) == "shared"
    assert {each.key: each.standing for each in found.ranked} == {
        "shared": Standing.SHARED,
        "split": Standing.PARTS,
        "crowd": Standing.PARTS,
        "other": Standing.PARTS,
        "no": Standing.REJECTED,
    }


def test_a_crowd_does_not_carry_what_a_small_group_rejects():
    votes = two_camps(left=30, right=4)
    for name in [f"l{at}" for at in range(30) if at % 3] + [f"r{at}" for at in range(4)]:
        votes[name] = votes[name] | {"mild": 1}

    order = [each.key for each in consensus(votes).ranked]

    assert order.index("mild") < order.index("split"), "30 of 34 agree with `split`, 24 with `mild`"


def test_people_who_all_think_alike_are_one_group():
    found = consensus({f"v{at}": {"a": 1, "b": -1, "c": 0} for at in range(16)})

    assert found is not None
    assert [group.size for group in found.groups] == [16]
    assert found.groups[0].for_ == ()
    assert [reason.code for reason in found.ranked[0].reasons] == ["statement_shared", "statement_in_all"]


def test_reasons_say_who_agrees_where_and_who_kept_silent():
    votes = two_camps()
    votes["l0"] = votes["l0"] | {"late": 1}

    late = next(each for each in consensus(votes).ranked if each.key == "late")
    sentences = [reason.sentence() for reason in late.reasons]

    assert "groupe A : d’accord 1 sur 1, pas d’accord 0" in sentences
    assert "dans le groupe B, 0 sur 7 seulement se sont prononcées" in sentences


@settings(max_examples=40)
@given(rows=ballots(least=15), data=st.data())
def test_the_order_and_the_names_of_voters_change_nothing(rows, data):
    mixed = data.draw(st.permutations(rows))

    assert consensus(named(rows)) == consensus({f"autre {at}": row for at, row in enumerate(mixed)})


@settings(max_examples=40)
@given(rows=ballots(least=15), count=st.integers(1, 3))
def test_unanimous_statements_come_first(rows, count):
    unanimous = {f"u{at}" for at in range(count)}
    votes = named([row | dict.fromkeys(unanimous, 1) for row in rows])

    ranked = consensus(votes).ranked

    already = {key for key in STATEMENTS if all(row.get(key) == 1 for row in rows)}
    assert {each.key for each in ranked[: len(unanimous | already)]} == unanimous | already
    assert {each.standing for each in ranked[:count]} == {Standing.SHARED}


@given(rows=ballots(most=14))
def test_below_fifteen_voters_nothing_is_shown(rows):
    silent = {f"muet {at}": {} for at in range(20)}

    assert consensus(named(rows)) is None
    assert consensus(named(rows) | silent) is None, "who voted on nothing is no voter"


@settings(max_examples=40)
@given(rows=ballots(least=15))
def test_every_voter_is_in_one_group_of_three_or_more_and_every_vote_counts_once(rows):
    found = consensus(named(rows))

    assert found is not None
    assert sum(group.size for group in found.groups) == len(rows) == found.voters
    assert min(group.size for group in found.groups) >= 3
    assert len(found.groups) <= 4
    for each in found.ranked:
        assert sum(share.votes for share in each.shares) == sum(each.key in row for row in rows)
        assert 0 < each.score < 1


@settings(max_examples=40)
@given(rows=ballots(least=15))
def test_one_more_agreement_never_lowers_a_statement_among_the_same_groups(rows):
    before = consensus(named(rows))
    place = next((at for at, row in enumerate(rows) if row.get("s0") == 0), None)
    if before is None or place is None:
        return
    after = consensus(named([row | {"s0": 1} if at == place else row for at, row in enumerate(rows)]))
    scores = [next(each.score for each in found.ranked if each.key == "s0") for found in (before, after)]

    if [group.size for group in before.groups] == [len(rows)] == [group.size for group in after.groups]:
        assert scores[1] > scores[0]


def test_a_vote_of_another_scale_is_refused():
    with pytest.raises(ValueError, match="vote"):
        consensus({"v": {"a": 2}})


def test_two_hundred_voters_and_a_hundred_statements_take_less_than_two_seconds():
    votes = {f"v{at}": {f"s{n}": (at * 7 + n * 3 + at * n) % 3 - 1 for n in range(100)} for at in range(200)}
    start = time.process_time()

    assert consensus(votes) is not None
    assert time.process_time() - start < 2
