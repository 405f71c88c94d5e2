"""Codes and facts put into French."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

from maillage.core import wording
from maillage.core.errors import Ambiguous, Refused, Unknown
from maillage.core.wording import TEMPLATES, because, error_sentence

EVERY = [(table, code, text) for table, items in TEMPLATES.items() for code, text in items.items()]


def test_an_error_is_told_with_its_facts_and_lists_are_joined():
    told = error_sentence(Ambiguous("territory_ambiguous", value="44", candidates=["REG-44", "DEP-44"]))

    assert told == "« 44 » désigne plusieurs territoires : REG-44, DEP-44. Écrivez l’un de ces codes."


def test_facts_a_sentence_does_not_use_are_left_out():
    assert error_sentence(Refused("need_empty", other=1)) == "Décrivez votre besoin en quelques mots."


def test_another_language_only_needs_its_own_words():
    english = {"gratuit": "free of charge"}

    assert because("price_free").sentence(lambda text: english.get(text, text)) == "free of charge"
    assert "xyz" in error_sentence(
        Unknown("territory_unknown", value="xyz"), lambda text: text.replace("connu", "known")
    )


def test_two_reasons_with_the_same_facts_are_equal():
    assert because("closes_on", day="2026-01-01") == because("closes_on", day="2026-01-01")


@pytest.mark.parametrize(("table", "code", "text"), EVERY, ids=[f"{table}-{code}" for table, code, _ in EVERY])
def test_sentences_keep_french_typography(table, code, text):
    assert "'" not in text, "typographic apostrophe"
    assert not re.search(r"\S[;?!»]|[«]\S", text.replace("« ", "«\u202f ").replace("\u202f ", " ")) or " »" in text
    assert text == text.strip()
    if table == "error":
        assert text.endswith((".", "?"))


@pytest.mark.parametrize("module", [name for _, name, _ in pkgutil.iter_modules(wording.__path__)])
def test_each_table_of_a_room_is_alphabetical(module):
    held = vars(importlib.import_module(f"maillage.core.wording.{module}"))

    tables = [list(held[name]) for name in ("ERRORS", "REASONS", "EXPECTED") if name in held]
    assert tables == [sorted(codes) for codes in tables]


def test_a_code_has_one_sentence_only():
    with pytest.raises(ValueError, match="zone_empty"):
        wording._together({"zone_empty": "une"}, {"zone_empty": "autre"})
