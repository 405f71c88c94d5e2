"""Facets counted from bits equal those the engine counts, whatever is added, and whatever does not fit."""

from __future__ import annotations

import pytest

from maillage.core.vocabulary import categories
from maillage.inventory.actions import put_programmes
from maillage.search import engine, queries
from maillage.search.actions import catch_up, rebuild
from maillage.search.queries import Filters, search
from tests.factories.records import TODAY, a_programme

CODES = list(categories())


def put(*records) -> None:
    assert not any(outcome.refusal for outcome in put_programmes(records, by=None))


def some(count: int) -> list:
    return [
        a_programme(
            f"Haie {rank}",
            categories=tuple(CODES[(rank * 7 + step) % len(CODES)] for step in range(1 + rank % 4)),
            natures=(("PUBLIC", "PROJECT"), ("CATALYST",))[rank % 2],
            price=("FREE", "PAID")[rank % 2],
        )
        for rank in range(count)
    ]


def by_bits_and_by_engine(monkeypatch, text="", **said):
    def facets():
        return search(text=text, filters=Filters(**said), today=TODAY).facets

    from_bits = facets()
    with monkeypatch.context() as longer:
        longer.setattr(queries, "FEW", 0)
        return from_bits, facets()


@pytest.fixture(autouse=True)
def every_list_is_read_whole(monkeypatch):
    monkeypatch.setattr(queries, "NARROW", 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", {}),
        ("haie", {"natures": ("PUBLIC",)}),
        ("haie", {"themes": (categories()[CODES[0]].theme,)}),
        ("haie", {"prices": ("SHARED",)}),
        ("", {"kind": "organisation"}),
    ],
    ids=["all", "a filter", "categories too", "nothing", "organisations"],
)
def test_bits_and_engine_count_the_same(world, monkeypatch, text, said):
    put(*some(40))
    rebuild()

    from_bits, by_engine = by_bits_and_by_engine(monkeypatch, text, **said)

    assert engine.reader().marks
    assert from_bits == by_engine


def test_a_code_met_after_the_rebuild_gets_its_bit(world, monkeypatch):
    put(a_programme("Haie", price="FREE"))
    rebuild()
    before = engine.reader().marks

    put(a_programme("Bosquet", price="MEMBER_FEE", categories=(CODES[-1],)))
    catch_up()

    from_bits, by_engine = by_bits_and_by_engine(monkeypatch)
    assert dict(from_bits["price"]) == {"FREE": 1, "MEMBER_FEE": 1}
    assert from_bits == by_engine
    assert engine.reader().marks[: len(before)] == before


def test_more_codes_than_bits_leaves_the_counting_to_the_engine_for_good(world, monkeypatch):
    monkeypatch.setattr(engine, "MARKS_EACH", 2)
    put(*some(12))
    rebuild()
    assert engine.reader().marks == ()

    put(a_programme("Bosquet"))
    catch_up()

    assert engine.reader().marks == ()
    found = search(text="", filters=Filters(), today=TODAY)
    assert sum(count for _, count in found.facets["price"]) == found.total == 13


def test_a_list_too_long_to_be_held_is_paged_and_counted_by_the_engine(world, monkeypatch):
    put(*some(30))
    rebuild()
    pages = [search(text="haie", filters=Filters(), page=page, today=TODAY) for page in (1, 2)]

    monkeypatch.setattr(queries, "FEW", 25)

    longer = [search(text="haie", filters=Filters(), page=page, today=TODAY) for page in (1, 2)]
    assert [[item.slug for item in page.items] for page in longer] == [
        [item.slug for item in page.items] for page in pages
    ]
    assert [(page.total, page.facets) for page in longer] == [(page.total, page.facets) for page in pages]
