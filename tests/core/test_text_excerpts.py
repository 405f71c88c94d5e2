"""What a page shows of a text: marks, the best window, a short beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.text import Segment, extract, highlight, stems, summary

LONG = (
    "Le programme aide les communes rurales. " * 10
    + "Il finance la rénovation énergétique des écoles et leur isolation. "
    + "Les dossiers sont reçus toute l’année. " * 10
    + "Une école, à la fin. "
)


def test_the_words_asked_are_marked_whatever_their_form():
    assert highlight("Rénovation de l’école", stems("rénover écoles")) == (
        Segment("Rénovation", marked=True),
        Segment(" de l’"),
        Segment("école", marked=True),
    )


def test_a_compound_is_marked_once_and_whole():
    assert highlight("Un tiers-lieu ouvert", stems("tiers lieux")) == (
        Segment("Un "),
        Segment("tiers-lieu", marked=True),
        Segment(" ouvert"),
    )


def test_markup_in_a_text_stays_text():
    assert highlight("<b>école</b>", {"ecol"}) == (Segment("<b>"), Segment("école", marked=True), Segment("</b>"))


@given(st.text(max_size=200))
def test_segments_put_end_to_end_give_the_text_back(text):
    assert "".join(segment.text for segment in highlight(text, stems(text))) == text


def test_the_extract_shows_the_sentence_that_says_most():
    found = extract(LONG, stems("rénovation énergétique école"), width=160)

    assert "".join(segment.text for segment in found).startswith("…Il finance la rénovation énergétique des écoles")
    assert [segment.text for segment in found if segment.marked] == ["rénovation", "énergétique", "écoles"]


def test_an_extract_without_a_word_found_is_the_beginning():
    found = extract(LONG, stems("piscine"), width=60)

    assert "".join(segment.text for segment in found) == summary(LONG, 60)


@pytest.mark.parametrize("width", [20, 60, 240])
def test_an_extract_holds_in_its_width(width):
    found = extract(LONG, stems("école isolation année"), width=width)

    assert len("".join(segment.text for segment in found)) <= width + 1


def test_a_summary_is_cut_at_a_word_and_says_so():
    assert summary("Financer la rénovation, puis l’isolation", 24) == "Financer la rénovation…"
    assert summary("Deux\n  mots", 80) == "Deux mots"
    assert summary("Anticonstitutionnellement", 10) == "Anticonst…"
    assert summary("mot", 0) == ""


@given(st.text(max_size=300), st.integers(min_value=1, max_value=120))
def test_a_summary_never_exceeds_its_limit(text, limit):
    assert len(summary(text, limit)) <= limit
