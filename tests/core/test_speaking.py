"""Shares of speaking time: they add up to one, whatever the natures."""

from __future__ import annotations

import random

import pytest

from maillage.core.speaking import Speaker, shares


def speaker(key: str, seconds: int, *, natures: tuple[str, ...] = ("PUBLIC",), is_here: bool = True) -> Speaker:
    return Speaker(key=key, natures=natures, echelon="LOCAL", seconds=seconds, is_here=is_here)


def told(found):
    return [(share.key, share.seconds, share.part, share.expected) for share in found]


def test_each_organisation_is_expected_to_speak_as_much_as_another():
    found = shares([speaker("a", 30), speaker("b", 90), speaker("c", 0)], lambda each: (each.key,))

    assert told(found) == [
        ("b", 90, 0.75, pytest.approx(1 / 3)),
        ("a", 30, 0.25, pytest.approx(1 / 3)),
        ("c", 0, 0.0, pytest.approx(1 / 3)),
    ]


def test_an_organisation_of_two_natures_counts_half_in_each_and_one_without_is_said():
    people = [speaker("a", 60, natures=("PUBLIC", "CATALYST")), speaker("b", 20, natures=())]

    found = shares(people, lambda each: each.natures)

    assert told(found) == [("PUBLIC", 30, 0.375, 0.25), ("CATALYST", 30, 0.375, 0.25), ("", 20, 0.25, 0.5)]


def test_who_is_not_noted_as_present_speaks_without_being_expected_to():
    found = shares([speaker("a", 10), speaker("guest", 30, is_here=False)], lambda each: (each.key,))

    assert told(found) == [("guest", 30, 0.75, 0.0), ("a", 10, 0.25, 1.0)]


def test_parts_and_expected_parts_add_up_to_one():
    draw = random.Random(7)
    kinds = ("PUBLIC", "PROJECT", "CATALYST")
    for _ in range(200):
        people = [
            speaker(str(at), draw.randrange(500), natures=tuple(draw.sample(kinds, draw.randrange(4))))
            for at in range(draw.randrange(1, 9))
        ]
        found = shares(people, lambda each: each.natures)
        spoken = sum(each.seconds for each in people)
        assert sum(share.part for share in found) == pytest.approx(1.0 if spoken else 0.0)
        assert sum(share.expected for share in found) == pytest.approx(1.0)
        assert sum(share.seconds for share in found) == pytest.approx(spoken)
    assert shares([], lambda each: (each.key,)) == ()
