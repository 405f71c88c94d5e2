"""The nearest known word."""

from __future__ import annotations

import pytest

from maillage.core.spelling import nearest_word, shelved

KNOWN = ["renov", "renovation", "velo", "eau", "ecole", "mobilit", "biodiversit"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("renovaton", "renovation"),
        ("renvoation", "renovation"),
        ("biodivresti", "biodiversit"),
        ("eclole", "ecole"),
        ("vleo", "velo"),
        ("veli", None),
        ("gloubiboulga", None),
        ("eua", None),
        ("xelo", None),
        ("vel0", None),
    ],
    ids=[
        "dropped",
        "swapped",
        "two mistakes",
        "added",
        "short, swapped",
        "short, changed: not guessed",
        "nothing near",
        "short",
        "first letter",
        "digit",
    ],
)
def test_a_typing_mistake_is_read_and_nothing_is_guessed_beyond(typed, expected):
    assert nearest_word(typed, shelved(KNOWN)) == expected


def test_the_nearest_of_several_wins():
    assert nearest_word("renovatio", shelved(["renovateur", "renovation"])) == "renovation"
