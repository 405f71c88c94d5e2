from __future__ import annotations

import datetime as dt

import pytest
from django.template import engines
from django.utils import translation

from maillage.web.typography import NARROW, NBSP, day_in_words, french, number_in_words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("l'eau", "l’eau"),
        ("« mot »", f"«{NBSP}mot{NBSP}»"),
        ("Où ?", f"Où{NARROW}?"),
        ("Source : Insee", f"Source{NBSP}: Insee"),
        ("80 % d'aide", f"80{NBSP}% d’aide"),
        ("12 345 habitants", f"12{NARROW}345 habitants"),
        ("https://exemple.test/a?b=1", "https://exemple.test/a?b=1"),
        ("à 9:30", "à 9:30"),
    ],
    ids=["apostrophe", "quotes", "question", "colon", "percent", "thousands", "address", "time"],
)
def test_french_text_gets_its_spaces_and_apostrophes(written, expected):
    assert french(written) == expected


@pytest.mark.parametrize(("value", "expected"), [(0, "0"), (999, "999"), (34969, f"34{NARROW}969")])
def test_numbers_have_narrow_spaces(value, expected):
    assert number_in_words(value) == expected


def test_the_first_of_a_month_is_ordinal_in_french_only():
    first = dt.date(2026, 6, 1)

    assert day_in_words(first) == f"1er{NBSP}juin{NBSP}2026"
    with translation.override("en"):
        assert day_in_words(first) == f"1{NBSP}June{NBSP}2026"


def test_text_from_data_is_shown_never_run():
    template = engines["django"].from_string("{{ text|fr }}{{ text|paragraphs }}")

    shown = template.render({"text": "<script>alert(1)</script>"})

    assert "<script>" not in shown
    assert shown.count("&lt;script&gt;") == 2


def test_dashes_become_a_list():
    template = engines["django"].from_string("{{ text|paragraphs }}")

    assert template.render({"text": "Un\n\n- a\n- b"}) == "<p>Un</p><ul><li>a</li><li>b</li></ul>"
