"""Groups of letters inside words: read in one pass over a text, the same as word by word."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.ranking.letters import SIZES, groups_of
from maillage.core.text import fold
from maillage.core.text.groups import letter_groups

written = st.text(alphabet="abeéèœÉÀ’'-_ .\n\u00a0\u202f·²½€…ßıİ\u0301\u00ad🙂漢\ud800zZ09", max_size=60)


def word_by_word(text: str) -> dict[int, int]:
    found: Counter[int] = Counter()
    for word in re.findall("[a-z0-9]+", fold(text)):
        for size in SIZES:
            found.update(letter_groups(f" {word} ".encode(), size)[1].tolist())
    return dict(found)


@given(written)
def test_a_text_read_at_once_gives_what_its_words_give(text):
    columns, times = groups_of(text)

    assert dict(zip(columns.tolist(), times.tolist(), strict=True)) == word_by_word(text)
    assert columns.tolist() == sorted(set(columns.tolist()))


@pytest.mark.parametrize(
    "text",
    ["e\u0301cole", "école", "ÉCOLE", "Ecole"],
    ids=["accent written apart", "accent", "capitals", "no accent"],
)
def test_every_way_to_write_a_word_gives_the_same_groups(text):
    assert np.array_equal(groups_of(text)[0], groups_of("ecole")[0])


def test_a_ligature_is_two_letters():
    assert np.array_equal(groups_of("œuvre")[0], groups_of("oeuvre")[0])


@pytest.mark.parametrize("text", ["", " ", "’…", "\n\n"])
def test_a_text_without_a_word_has_none(text):
    columns, times = groups_of(text)

    assert len(columns) == len(times) == 0


def test_a_group_never_runs_from_a_word_into_the_next():
    assert not set(groups_of("abcd efgh")[0].tolist()) & set(groups_of("cdef")[0].tolist())
