"""Two texts, word by word."""

from __future__ import annotations

import pytest

from maillage.web.compared import side_by_side


def marked(before: str, after: str) -> tuple[str, ...]:
    found = side_by_side(before, after)
    sides = (found.before, found.after)
    return tuple("".join(f"[{one.text}]" if one.is_changed else one.text for one in side) for side in sides)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Aux communes.", "Aux petites communes.", ("Aux communes.", "Aux[ petites] communes.")),
        ("Avant 2026", "Avant 2027", ("Avant [2026]", "Avant [2027]")),
        ("", "Neuf", ("", "[Neuf]")),
        ("Pareil", "Pareil", ("Pareil", "Pareil")),
    ],
    ids=["a word more", "another word", "nothing before", "the same"],
)
def test_only_the_words_that_differ_are_marked(before, after, expected):
    assert marked(before, after) == expected


def test_the_pieces_joined_again_are_the_texts():
    before, after = "Un, deux ; trois\n\nquatre", "Un deux, trois\nquatre cinq"

    found = side_by_side(before, after)

    assert "".join(piece.text for piece in found.before) == before
    assert "".join(piece.text for piece in found.after) == after


def test_a_huge_text_is_shown_whole_at_once():
    found = side_by_side("mot " * 5000, "mots " * 5000)

    assert [piece.is_changed for piece in (*found.before, *found.after)] == [True, True]
