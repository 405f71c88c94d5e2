"""Rows written many at once read back as those Django writes one by one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.models import Event, Verb
from maillage.harvest.models import HarvestItem, HarvestRun, ItemState, Source
from maillage.inventory.actions.columns import FRESH
from maillage.inventory.models import Category, Programme, Theme
from maillage.storage.rows import insert_links, insert_rows, insert_values, update_rows

pytestmark = pytest.mark.django_db
MOMENT = dt.datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=dt.UTC)


def an_item(run: HarvestRun, position: int) -> HarvestItem:
    raw = b'{"titre": "\xc3\xa9t\xc3\xa9", "nul": "\x00"}'
    return HarvestItem(
        run=run, position=position, state=ItemState.DONE, raw=raw, harvested_at=MOMENT, error_facts={"é": [1, None]}
    )


@pytest.fixture
def run() -> HarvestRun:
    source = Source.objects.create(slug="essai", name="Essai", connector="table")
    return HarvestRun.objects.create(source=source, file_name="f", file_sha256="0", recipe="r")


def test_bytes_moments_objects_and_codes_come_back_as_they_went(run):
    insert_rows([an_item(run, 1), an_item(run, 2)])

    first, second = HarvestItem.objects.order_by("position")
    expected = an_item(run, 1)
    for name in ("state", "harvested_at", "error_facts", "run_id", "origin_id"):
        assert getattr(first, name) == getattr(expected, name)
    assert bytes(second.raw) == expected.raw


def test_lists_of_codes_days_and_stamps_are_written_too():
    rows = [
        Programme(slug=f"s{n}", title="T", echelon="NATIONAL", natures=("PUBLIC",), keywords=["a", "b"], sdgs=("1",))
        for n in (1, 2)
    ]
    rows[0].closes_on = dt.date(2027, 1, 31)

    insert_rows(rows)

    first, second = Programme.objects.order_by("slug")
    assert (first.natures, first.keywords, first.closes_on, second.closes_on) == (
        ("PUBLIC",),
        ["a", "b"],
        dt.date(2027, 1, 31),
        None,
    )
    assert first.created_at is not None
    assert first.uid != second.uid


def test_only_the_fields_named_are_updated():
    row = Programme.objects.create(slug="s", title="Avant", echelon="NATIONAL", promise="Reste")
    before = row.updated_at
    row.title, row.promise = "Après", "Change"

    update_rows([row], ["title", "updated_at"])

    row.refresh_from_db()
    assert (row.title, row.promise) == ("Après", "Reste")
    assert row.updated_at > before


def test_what_a_constraint_refuses_raises_or_is_left_out(run):
    insert_rows([an_item(run, 1)])

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([an_item(run, 1)])
    insert_rows([an_item(run, 1), an_item(run, 2)], ignore_conflicts=True)

    assert HarvestItem.objects.count() == 2


def test_nothing_is_nothing():
    insert_rows([])
    update_rows([], ["title"])

    assert not Event.objects.filter(verb=Verb.CREATED).exists()


def test_moments_days_keys_and_empty_values_are_written_as_django_writes_them(run):
    paris = dt.timezone(dt.timedelta(hours=1))
    told = {"at": dt.datetime(2026, 11, 22, 2, 2, 3, tzinfo=paris), "target_key": "k", "verb": Verb.CHANGED}
    insert_rows([Event(target_type="many", **told), Event(target_type="many", snapshot={}, facts=[], **told)])
    Event.objects.create(target_type="one", **told)
    Event.objects.create(target_type="one", snapshot={}, facts=[], **told)

    fields = ("at", "verb", "facts", "snapshot")
    many = list(Event.objects.filter(target_type="many").order_by("id").values_list(*fields))
    assert many == list(Event.objects.filter(target_type="one").order_by("id").values_list(*fields))
    assert Event.objects.filter(target_type="many", snapshot__isnull=True).count() == 1


def test_a_row_without_a_moment_it_must_have_is_refused(run):
    item = an_item(run, 1)
    item.harvested_at = None

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([item])


def test_links_are_written_without_making_objects():
    sheet = Programme.objects.create(slug="s", title="T", echelon="NATIONAL")
    theme = Theme.objects.create(label="Thème")
    found = [Category.objects.create(code=code, label=code, theme=theme) for code in ("a", "b")]

    insert_links(Programme.categories.through, ("programme", "category"), [(sheet.pk, one.pk) for one in found])
    insert_links(Programme.categories.through, ("programme", "category"), [])

    assert list(sheet.categories.order_by("code")) == found


def test_values_told_by_column_are_written_as_django_writes_them():
    said = {"verb": Verb.IMPORTED, "target_type": "programme", "snapshot": {"é": [1, None]}, "facts": {}}
    Event.objects.create(at=MOMENT, target_key="un", **said)
    columns = ("at", "by", "target_key", *said)

    insert_values(Event, columns, [(MOMENT, None, "deux", *said.values()), (MOMENT, None, "trois", *said.values())])
    insert_values(Event, columns, [])

    first, second, third = Event.objects.order_by("id").values("at", "by", *said)
    assert first == second == third
    assert list(Event.objects.order_by("id").values_list("target_key", flat=True)) == ["un", "deux", "trois"]


def test_a_new_sheet_tells_every_column():
    assert set(FRESH) == {field.name for field in Programme._meta.concrete_fields} - {"id"}
