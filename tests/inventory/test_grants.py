"""Funded projects: whole or refused, matched by their source, the same twice changes nothing, gone ones stay."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.models import Event
from maillage.core.records import GrantRecord
from maillage.inventory.actions import put_grants, retire_grants
from maillage.inventory.models import Grant, Programme
from maillage.territories.models import Territory

pytestmark = pytest.mark.django_db
DAY, LATER = dt.date(2026, 11, 20), dt.date(2026, 11, 21)
PROJECT = GrantRecord(
    title="Réfection du toit de l’école",
    origin="liste-exemple",
    origin_id="1",
    beneficiary="COMMUNE D’EXEMPLE",
    territory="COM-62041",
    scheme="DETR",
    year=2019,
    amount_eur=Decimal("1200.50"),
    source_name="Liste d’exemple",
)


@pytest.fixture
def place():
    return Territory.objects.create(code="COM-62041", kind="COM", name="Arras")


def test_a_project_is_kept_whole_with_its_place_and_words(place):
    (outcome,) = put_grants([PROJECT], on=DAY, by=None)

    row = Grant.objects.get()
    assert outcome.state == "created"
    assert (row.territory, row.amount_eur, row.year, row.status) == (place, Decimal("1200.50"), 2019, "funded")
    assert "refection du toit" in row.words


def test_the_same_records_again_change_nothing(place):
    put_grants([PROJECT], on=DAY, by=None)
    before = Grant.objects.values().get()

    (outcome,) = put_grants([replace(PROJECT, as_of=LATER)], on=LATER, by=None)

    assert (outcome.state, Grant.objects.values().get()) == ("same", before)
    assert Event.objects.filter(target_type="grants").count() == 1


def test_a_changed_amount_is_told_before_and_after(place):
    put_grants([PROJECT], on=DAY, by=None)

    (outcome,) = put_grants([replace(PROJECT, amount_eur=Decimal("900.00"))], on=LATER, by=None)

    assert outcome.changed == (("amount_eur", Decimal("1200.50"), Decimal("900.00")),)
    assert Grant.objects.get().changed_on == LATER


def test_a_project_its_source_no_longer_lists_stays_marked_and_comes_back(place):
    put_grants([PROJECT], on=DAY, by=None)
    retire_grants(origin="liste-exemple", origin_ids=["1"], on=LATER, by=None)
    assert Grant.objects.get().gone_on == LATER

    (outcome,) = put_grants([PROJECT], on=LATER, by=None)

    assert (outcome.state, Grant.objects.get().gone_on) == ("changed", None)


def test_a_measure_we_know_links_to_our_sheet_and_an_unknown_one_waits(place):
    sheet = Programme.objects.create(slug="detr", title="DETR", echelon="NATIONAL")
    known = replace(PROJECT, programme="detr")

    put_grants([known, replace(known, origin_id="2", programme="rien-de-connu")], on=DAY, by=None)

    assert list(Grant.objects.order_by("origin_id").values_list("programme", flat=True)) == [sheet.pk, None]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": ""}, "field_required"),
        ({"territory": "COM-99999"}, "territory_unknown"),
        ({"status": "perdu"}, "code_unknown"),
        ({"categories": ("rien",)}, "code_unknown"),
        ({"source_name": ""}, "field_required"),
    ],
    ids=["no title", "unknown place", "unknown status", "unknown category", "no source"],
)
def test_a_record_no_row_may_hold_is_refused_alone(place, wrong, code):
    outcomes = put_grants([replace(PROJECT, **wrong), replace(PROJECT, origin_id="2")], on=DAY, by=None)

    assert [one.state for one in outcomes] == ["refused", "created"]
    assert outcomes[0].refusal.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_eur": -1},
        {"cost_eur": -1},
        {"siren": "12"},
        {"siret": "12"},
        {"year": 12},
        {"status": "x"},
        {"title": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_database_keeps_the_rules(wrong):
    values = {"origin": "o", "origin_id": "1", "title": "t", "source_name": "s", **wrong}

    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(**values)


def test_one_row_per_record_of_a_source():
    Grant.objects.create(origin="o", origin_id="1", title="t", source_name="s")

    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(origin="o", origin_id="1", title="u", source_name="s")
