"""Cells as clean values: text, days, codes of places, addresses, identifiers."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.connectors.cells import plain_line, plain_text
from maillage.connectors.days import day_of
from maillage.connectors.identifiers import address_of, siren_of, uid_of
from maillage.connectors.markup import TAG, text_of
from maillage.connectors.zones import echelon_of, zone_of


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Un</p><p>deux</p>", "Un\n\ndeux"),
        ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
        ('<a href="https://exemple.fr/a">ici</a>', "ici (https://exemple.fr/a)"),
        ('<a href="https://exemple.fr/a">https://exemple.fr/a</a>', "https://exemple.fr/a"),
        ('<a href="javascript:alert(1)">ici</a>', "ici"),
        ("avant<script>alert('x')</script>après", "avantaprès"),
        ("<style>p{}</style>texte<iframe src=x>dedans</iframe>", "texte"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;fin", "fin"),
        ("&amp;lt;b&amp;gt;gras", "gras"),
        ("L&rsquo;eau &amp; l&#39;air", "L’eau & l'air"),
        ("x < y et 3 > 2", "x < y et 3 > 2"),
        ("<svg onload=alert(1)>", ""),
        ("texte <img src=x onerror=alert(1)", "texte <img src=x onerror=alert(1)"),
        ("a\x00b\x07c\u202eexe", "abcexe"),
        ("Robert'); DROP TABLE programmes;--", "Robert'); DROP TABLE programmes;--"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    ],
)
def test_markup_goes_text_stays(written, kept):
    assert plain_text(written) == kept


@given(st.text())
def test_no_tag_survives_and_cleaning_twice_changes_nothing(written):
    cleaned = plain_text(written)

    assert not TAG.search(cleaned)
    assert plain_text(cleaned) == cleaned
    cleaned.encode("utf-8")


def test_hostile_markup_is_read_in_linear_time():
    started = time.thread_time()
    text_of("<" * 100_000 + "a" + "<b " * 30_000)
    text_of("<!--" * 25_000)
    text_of("<p>" * 33_000)

    assert time.thread_time() - started < 5


def test_a_line_has_no_line_break():
    assert plain_line(" un\n deux\u00a0trois ") == "un deux trois"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-21", dt.date(2026, 11, 21)),
        ("2023-06-01T22:00:00.000Z", dt.date(2023, 6, 2)),
        ("2026-11-21T10:00:00", dt.date(2026, 11, 21)),
        ("2026-11-21 10:00:00", dt.date(2026, 11, 21)),
        ("1/2/2026", dt.date(2026, 2, 1)),
        ("21.11.2026", dt.date(2026, 11, 21)),
        ("1er août 2026", dt.date(2026, 8, 1)),
        ("samedi 21 nov. 2026", dt.date(2026, 11, 21)),
    ],
)
def test_days_are_read_as_french_sources_write_them(written, day):
    assert day_of(written) == day


@pytest.mark.parametrize(
    "written", ["", "2026-02-30", "31/31/2026", "demain", "21 brumaire 2026", "9999-01-01", "46000"]
)
def test_a_day_that_is_none_is_refused(written):
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        day_of(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DEP-2A", "DEP-2A"),
        ("dep-2a", "DEP-2A"),
        ("DEP-1", "DEP-01"),
        ("PAYS-99100", "PAYS-99100"),
        ("COM-2B033", "COM-2B033"),
        ("DEP-987", "COM-987"),
        ("REG–32", "REG-32"),
        ("EPCI-200033579", "EPCI-200033579"),
        ("44", "44"),
        ("Pays de la Loire", "Pays de la Loire"),
    ],
)
def test_codes_of_places_take_our_notation(written, code):
    assert zone_of(written) == code


@pytest.mark.parametrize(
    ("zones", "echelon"),
    [
        (("PAYS-99100",), "NATIONAL"),
        (("REG-32", "REG-11"), "NATIONAL"),
        (("REG-32",), "REGIONAL"),
        (("DEP-62", "DEP-59"), "REGIONAL"),
        (("DEP-62",), "DEPARTMENTAL"),
        (("COM-987",), "DEPARTMENTAL"),
        (("COM-62041", "EPCI-200033579"), "LOCAL"),
        (("Un nom",), "NATIONAL"),
        ((), "NATIONAL"),
    ],
)
def test_zones_tell_where_one_knocks(zones, echelon):
    assert echelon_of(zones) == echelon


@pytest.mark.parametrize(
    ("written", "kept"),
    [("https://exemple.fr/a?b=c#d", "https://exemple.fr/a?b=c#d"), ("tacct.ademe.fr", "https://tacct.ademe.fr")],
)
def test_web_addresses_are_kept(written, kept):
    assert address_of(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "https://",
        "file:///etc/passwd",
        "https://a.fr/<script>",
        "https://x@evil.test/",
        "texte",
        "https://a.fr/" + "x" * 500,
    ],
)
def test_other_addresses_are_not(written):
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        address_of(written)


def test_identifiers_are_checked():
    assert siren_of("385 290 309") == "385290309"
    assert uid_of("65D5B6C7-102C-4440-AC3B-768F708EDC0A") == "65d5b6c7-102c-4440-ac3b-768f708edc0a"
    for check, wrong in ((siren_of, "385290308"), (siren_of, "38529030"), (uid_of, "365da5e9-49ac-444c-a2[tél.]fc98")):
        with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
            check(wrong)
