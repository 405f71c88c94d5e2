"""The quality of a sheet, and what would raise it."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.core.quality import confirmed_on, freshness_score, quality
from tests.factories.records import TODAY, a_programme

GOOD = {
    "description": "Une phrase utile. " * 20,
    "categories": ("friche",),
    "contact_desk": "Préfecture",
    "how_to": "Écrivez au guichet.",
    "verified_on": TODAY,
}


def advice(**said) -> list[str]:
    return [reason.code for reason in quality(a_programme(**GOOD | said), today=TODAY).advice]


def score(name: str, **said) -> float | None:
    found = quality(a_programme(**GOOD | said), today=TODAY).criteria
    return next(one.score for one in found if one.name == name)


def test_a_sheet_that_says_all_has_nothing_to_raise():
    found = quality(a_programme(**GOOD), today=TODAY)

    assert (found.score, found.advice) == (1.0, ())


@pytest.mark.parametrize(
    ("age_days", "expected"),
    [(-3, 1.0), (0, 1.0), (183, 1.0), (456, 274 / 547), (457, 273 / 547), (730, 0.0), (3000, 0.0)],
)
def test_freshness_is_whole_for_six_months_then_falls_to_nothing_at_two_years(age_days, expected):
    assert freshness_score(age_days) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("length", "expected"), [(0, 0.0), (49, 0.0), (50, 0.5), (199, 0.5), (200, 1.0), (2000, 1.0), (2001, 0.5)]
)
def test_a_description_is_neither_too_short_nor_too_long(length, expected):
    assert score("description", description="x" * length) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"verified_on": None}, "confirm_first"),
        ({"verified_on": TODAY - dt.timedelta(days=400)}, "confirm_again"),
        ({"description": "Court."}, "describe"),
        ({"description": "x" * 100}, "describe_more"),
        ({"description": "x" * 3000}, "describe_less"),
        ({"categories": ()}, "name_theme"),
        ({"audiences": ()}, "name_audience"),
        ({"contact_desk": ""}, "name_contact"),
        ({"how_to": ""}, "say_how"),
        ({"how_to": "La demande se fait en ligne."}, "online_without_address"),
        ({"how_to": "Appelez le guichet par téléphone."}, "phone_without_number"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_lack_says_what_would_raise_it(said, expected):
    assert advice(**said) == [expected]
    assert 0 < quality(a_programme(**GOOD | said), today=TODAY).score < 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("themes", {"categories": (), "generalist": True}),
        ("channel", {"contact_desk": "", "contact_url": "", "how_to": ""}),
        ("freshness", {"verified_on": None, "status": "draft"}),
    ],
    ids=["generalist", "no contact", "draft"],
)
def test_a_criterion_that_does_not_apply_does_not_weigh(name, said):
    assert score(name, **said) is None


@pytest.mark.parametrize(
    "said",
    [
        {"how_to": "Formulaire en ligne.", "contact_url": "https://exemple.test/demande"},
        {"how_to": "Par téléphone.", "contact_desk": "Guichet, 01 99 00 12 34"},
        {"how_to": "Par téléphone.", "delivered_by": "adil"},
    ],
    ids=["address", "number", "network"],
)
def test_a_way_that_one_can_take_is_consistent(said):
    assert score("channel", **said) == 1.0


def test_what_costs_most_is_said_first():
    told = advice(audiences=(), verified_on=TODAY - dt.timedelta(days=200))

    assert told == ["name_audience", "confirm_again"]


def test_a_source_that_dates_its_sheet_confirms_it():
    older, newer = TODAY - dt.timedelta(days=900), TODAY - dt.timedelta(days=3)

    assert confirmed_on(a_programme(verified_on=older, source_updated_on=newer)) == newer
    assert confirmed_on(a_programme()) is None
