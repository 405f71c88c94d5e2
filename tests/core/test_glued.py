"""Words that a bad reading of a page glued together are cut again; the others are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.ranking import Collection, Document, rank
from maillage.core.ranking.glued import unglued


@pytest.mark.parametrize(
    ("glued", "cut"),
    [
        ("lasuppression", "la suppression"),
        ("adressesde", "adresses de"),
        ("Votreaccord", "Votre accord"),
        ("FranceConnect", "FranceConnect France Connect"),
        ("étapesLes travaux", "étapesLes étapes Les travaux"),
    ],
)
def test_a_seam_is_found_where_a_small_word_meets_a_known_one_or_a_capital(glued, cut):
    assert unglued(glued) == cut


@pytest.mark.parametrize(
    "text", ["déréférencement", "désactiver", "plainte", "rénovation", "ADEME", "les communes", "zzyzx", "", "PLUi"]
)
def test_other_words_are_left_whole(text):
    assert unglued(text) == text


def test_a_page_badly_read_is_found_by_its_words():
    pages = [
        Document(key="autre", title="", body="Le comité se réunit chaque mois."),
        Document(key="page", title="", body="Demandez lasubvention avantde commencer."),
    ]

    assert rank("une subvention", Collection(pages))[0].document.key == "page"


@given(st.text(max_size=80))
def test_nothing_is_lost(text):
    assert set("".join(text.split())) <= set("".join(unglued(text).split())) | set(text)
    assert len(unglued(text).split()) >= len(text.split())


def test_a_word_met_before_is_read_as_the_first_time():
    text = "Demandez lasubvention avantde commencer."

    assert unglued("commencer la demande") == "commencer la demande"
    assert unglued(text) == unglued(text) == "Demandez la subvention avant de commencer."
