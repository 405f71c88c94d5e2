"""Voices make a decision by the rule that was said, and by no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.deciding import BLOCKS, VALUES, Method, tally


def outcome(values: str, method: Method, *, present: int = 10, quorum: int = 50, carries: int = 50) -> str:
    return tally(values.split(), method=method, present=present, quorum_percent=quorum, carries_percent=carries).reason


@pytest.mark.parametrize(
    ("values", "method", "expected"),
    [
        ("consent consent consent consent consent", Method.CONSENT, "adopted"),
        ("consent consent consent consent", Method.CONSENT, "no_quorum"),
        ("consent reserve reserve reserve reserve", Method.CONSENT, "adopted"),
        ("consent consent consent consent objection", Method.CONSENT, "blocked"),
        ("1 2 3 4 4", Method.GRADIENT, "adopted"),
        ("1 2 5 6 7", Method.GRADIENT, "not_enough"),
        ("1 1 1 1 1 1 1 1 8", Method.GRADIENT, "blocked"),
        ("4 4 4 4 4", Method.GRADIENT, "not_enough"),
        ("for for for against against", Method.MAJORITY, "adopted"),
        ("for for against against abstain", Method.MAJORITY, "not_enough"),
        ("", Method.MAJORITY, "no_quorum"),
    ],
)
def test_a_decision_follows_its_rule(values, method, expected):
    assert outcome(values, method) == expected


def test_a_higher_share_carries_less_easily():
    voices = "for for for against against"

    assert outcome(voices, Method.MAJORITY, carries=60) == "adopted"
    assert outcome(voices, Method.MAJORITY, carries=61) == "not_enough"


def test_the_quorum_is_of_those_present():
    assert outcome("consent", Method.CONSENT, present=2, quorum=50) == "adopted"
    assert outcome("consent", Method.CONSENT, present=3, quorum=50) == "no_quorum"
    assert outcome("consent", Method.CONSENT, present=3, quorum=0) == "adopted"
    assert outcome("", Method.CONSENT, present=0, quorum=0) == "no_quorum"


@pytest.mark.parametrize(
    "said",
    [
        {"values": ["maybe"]},
        {"values": ["for", "for"], "present": 1},
        {"values": [], "quorum_percent": 101},
        {"values": [], "carries_percent": -1},
    ],
    ids=["value", "more voices than people", "quorum", "share"],
)
def test_what_cannot_be_counted_is_refused(said):
    with pytest.raises(ValueError, match=r"."):
        tally(**{"method": Method.MAJORITY, "present": 5, "quorum_percent": 50, "carries_percent": 50, **said})


@given(
    st.sampled_from(list(Method)),
    st.lists(st.integers(0, 7), max_size=12),
    st.integers(1, 5),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_one_more_voice_in_favour_never_undoes_a_decision(method, drawn, more, quorum, carries):
    values = [VALUES[method][number % len(VALUES[method])] for number in drawn]
    rule = {"method": method, "quorum_percent": quorum, "carries_percent": carries}
    before = tally(values, present=len(values) + more, **rule)
    after = tally([*values, VALUES[method][0]], present=len(values) + more, **rule)

    assert after.is_adopted or not before.is_adopted
    assert sum(count for _, count in after.counts) == after.voices
    assert not (before.is_adopted and set(values) & BLOCKS[method])
