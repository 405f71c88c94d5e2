"""Every sentence marked for translation has its English, whole, and the compiled catalogue says it."""

from __future__ import annotations

import ast
import gettext
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils.translation import override
from django.utils.translation.template import templatize

from maillage.core.vocabulary import Restriction
from maillage.core.wording import because
from maillage.web.forms.offer import OfferForm
from maillage.web.messages import reason_told
from scripts.make_catalogues import translations, vocabulary

PACKAGE = Path(__file__).resolve().parents[2] / "src/maillage"
ENGLISH = translations()
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
LITERAL = r"""((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
IN_TEMPLATE = re.compile(rf"\b(_|gettext|ngettext)\(\s*u?{LITERAL}(?:\s*,\s*u?{LITERAL})?")
HOLES = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?\w+[^>]*>")
"""What a translation must carry over as it is: facts, percent signs, tags."""

Sentence = tuple[str, str]
"""The sentence and its plural, "" when it has none."""


def of_code(path: Path) -> Iterator[Sentence]:
    """The sentences a module marks, its literals joined."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MARKS:
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if texts:
            yield texts[0], texts[1] if node.func.id.startswith("ngettext") else ""


def of_template(path: Path) -> Iterator[Sentence]:
    """The sentences a template marks, as Django reads them."""
    for mark, one, many in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"), origin=str(path))):
        yield ast.literal_eval(one), ast.literal_eval(many) if mark == "ngettext" else ""


@cache
def marked() -> dict[str, str]:
    """Every sentence pages may translate, the labels of the vocabularies too → its plural, or ""."""
    found = dict(vocabulary())
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            found.update(of_code(path))
    for path in (path for kind in ("html", "txt") for path in sorted((PACKAGE / "web/templates").rglob(f"*.{kind}"))):
        found.update(of_template(path))
    return found


def test_every_marked_sentence_has_its_english():
    assert len(marked()) > 1000, "the sentences are no longer found"
    assert sorted(set(marked()) - set(ENGLISH)) == [], "add to locale/english/, then run scripts/make_catalogues.py"


def test_no_english_is_kept_for_a_sentence_nobody_says():
    assert sorted(set(ENGLISH) - set(marked())) == []


def test_english_is_in_alphabetical_order_one_line_per_sentence():
    for path in sorted((PACKAGE / "locale/english").glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        said = list(tomllib.loads(text))

        assert said == sorted(said), path.name
        assert len(text.splitlines()) == len(said) + 1, path.name


def test_english_keeps_facts_tags_and_plurals():
    for one, told in ENGLISH.items():
        many = marked().get(one, "")
        pairs = list(zip((one, many), told, strict=True)) if many else [(one, told)]

        for french, english in pairs:
            assert isinstance(english, str), one
            assert english.strip(), one
            assert Counter(HOLES.findall(french)) == Counter(HOLES.findall(english)), one
            assert "«" not in english, one


def test_the_compiled_catalogue_says_what_the_file_says():
    with (PACKAGE / "locale/en/LC_MESSAGES/django.mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)

    for one, told in ENGLISH.items():
        many = marked().get(one)
        if many:
            assert [compiled.ngettext(one, many, count) for count in (1, 2)] == told, one
        else:
            assert compiled.gettext(one) == told, one


@pytest.mark.parametrize(
    ("reason", "english"),
    [
        (because("theme_shared", themes="« Alimentation », « Forêts »"), "deals with “Food”, “Forests”"),
        (because("pays_for", stages="conception, réalisation"), "also funds: design, delivery"),
        (because("reserved", label=Restriction.CALL.label), "reserved: winners of a call for projects"),
        (because("words_in_text", words="« nature », « formation »"), "“nature”, “formation” in the sheet"),
        (because("zone_by", place="Arras", zone="Région"), "covers Arras through Région"),
    ],
)
def test_a_reason_is_told_in_english_with_its_labels_but_the_words_of_a_text_stay(reason, english):
    with override("en"):
        assert reason_told(reason) == english


def test_the_choices_of_a_form_are_told_in_the_language_of_the_page():
    french = str(OfferForm())

    with override("en"):
        page = str(OfferForm())

    assert "Ingénierie publique" in french
    assert "Public engineering" in page
    assert "Brownfield land" in page
    assert "Ingénierie publique" not in page
