"""What the log and the calendar say, told once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.accounts.models import Event, Verb
from maillage.actors.actions import put_organisations
from maillage.core.vocabulary import Status, categories
from maillage.inventory.actions import move_programme, put_links, put_programmes, signal_need
from maillage.inventory.actions.needs import review_need
from maillage.inventory.models import Programme
from maillage.search.actions import watch, watching
from maillage.search.models import WatchItem, WatchState
from maillage.search.telling import changes_told
from maillage.search.watched import Watched, counted, groups, groups_in, kinds_in, need_texts, origins_in
from tests.factories.records import TODAY, a_link, a_programme, an_organisation
from tests.factories.rows import a_person, put

THEME = categories()["friche"].theme
FRICHE = a_programme(
    "Recyclage des friches",
    slug="recyclage-friches",
    categories=("friche",),
    closes_on=dt.date(2027, 3, 1),
    contact_desk="Camille Exemple, 06 00 00 00 00",
)


@pytest.fixture
def told(world):
    """The small world, everything in it already told."""
    watch(today=TODAY)
    WatchItem.objects.all().delete()
    return world


def kinds() -> list[tuple[str, str]]:
    return list(WatchItem.objects.order_by("id").values_list("kind", "slug"))


def test_a_published_sheet_is_new_then_changed_then_gone(told):
    row = put(FRICHE)
    watch(today=TODAY)
    put(replace(FRICHE, closes_on=dt.date(2027, 6, 1)))
    watch(today=TODAY)
    row.refresh_from_db()
    move_programme(programme=row, to=Status.ARCHIVED, by=a_person(), why="gone_from_source")
    watch(today=TODAY)

    assert kinds() == [
        ("new", "recyclage-friches"),
        ("changed", "recyclage-friches"),
        ("gone", "recyclage-friches"),
    ]


def test_a_sheet_a_person_takes_away_is_archived_and_comes_back_as_new(told):
    row = put(FRICHE)
    for status in (Status.ARCHIVED, Status.PUBLISHED):
        move_programme(programme=Programme.objects.get(pk=row.pk), to=status, by=a_person(f"{status}@exemple.test"))

    watch(today=TODAY)

    assert [kind for kind, _ in kinds()] == ["new", "archived", "new"]


def test_drafts_reviews_and_checks_are_not_news(told):
    put(replace(FRICHE, status="draft"))
    put(a_programme("Vérifiée", slug="verifiee"))
    watch(today=TODAY)
    put(a_programme("Vérifiée", slug="verifiee", verified_on=TODAY, keywords=("eau",)))

    watch(today=TODAY)

    assert kinds() == [("new", "verifiee")]


def test_what_changed_is_told_before_and_after_in_words(told):
    put(FRICHE)
    put(
        replace(
            FRICHE,
            closes_on=None,
            price="FREE",
            audiences=("commune", "association"),
            zones=("DEP-62",),
            description="Un texte tout autre. " * 9,
            contact_desk="Dominique Exemple",
        )
    )
    watch(today=TODAY)

    changed = WatchItem.objects.get(kind="changed")
    found = {change.label: (change.before, change.after, change.silent) for change in changes_told(changed)}

    assert found == {
        "date de clôture": (dt.date(2027, 3, 1), "", False),
        "prix": ("prix à vérifier", "gratuit", False),
        "pour qui": ("Commune", "Commune, Association", False),
        "territoires": ("France", "Pas-de-Calais", False),
        "description": ("", "", True),
        "contact": ("", "", True),
    }


def test_no_news_holds_what_may_name_a_person(told):
    put(FRICHE, by=a_person("jeanne@exemple.test", name="Jeanne Exemple"))
    put(replace(FRICHE, contact_desk="Dominique Exemple", how_to="Appelez Dominique Exemple"))
    put_organisations([an_organisation("Agence nouvelle", slug="agence-nouvelle", phone="06 11 22 33 44")], by=None)
    watch(today=TODAY)

    everything = str(list(WatchItem.objects.values()))

    assert WatchItem.objects.count() == 3
    for leak in ("Exemple,", "Dominique", "Camille", "Jeanne", "jeanne@", "06 "):
        assert leak not in everything


def test_reading_twice_or_after_a_crash_tells_nothing_twice(told):
    put(FRICHE)
    watch(today=TODAY)
    WatchState.objects.update(event=0)

    watch(today=TODAY)

    assert [slug for kind, slug in kinds() if slug == "recyclage-friches"] == ["recyclage-friches"]


def test_an_event_that_commits_late_is_read_when_it_comes(told):
    put(FRICHE)
    late = Event.objects.order_by("-id").first()
    number, plain = late.pk, late.snapshot
    late.delete()
    put(a_programme("Après", slug="apres"))
    watch(today=TODAY)

    Event.objects.create(
        id=number, at=late.at, verb=Verb.CREATED, target_type="programme", target_key=plain["uid"], snapshot=plain
    )
    watch(today=TODAY)

    assert sorted(kinds()) == [("new", "apres"), ("new", "recyclage-friches")]


def test_a_deadline_is_told_once_when_it_nears_and_once_when_it_is_past(told):
    put(replace(FRICHE, closes_on=TODAY + dt.timedelta(days=40)))
    put(a_programme("Vieille", slug="vieille", closes_on=TODAY - dt.timedelta(days=90)))
    for days in (0, 5, 10, 11, 39, 41, 42, 60):
        watch(today=TODAY + dt.timedelta(days=days))

    found = list(WatchItem.objects.exclude(kind="new").order_by("id").values_list("kind", "slug", "day"))

    assert found == [
        ("closing", "recyclage-friches", TODAY + dt.timedelta(days=10)),
        ("closed", "recyclage-friches", TODAY + dt.timedelta(days=41)),
    ]


def test_a_deadline_put_off_is_told_again(told):
    put(replace(FRICHE, closes_on=TODAY + dt.timedelta(days=20)))
    watch(today=TODAY)
    put(replace(FRICHE, closes_on=TODAY + dt.timedelta(days=28)))
    watch(today=TODAY)

    closing = WatchItem.objects.filter(kind="closing").values_list("closes_on", flat=True)

    assert list(closing) == [TODAY + dt.timedelta(days=20), TODAY + dt.timedelta(days=28)]


def test_a_link_is_news_once_and_refused_ones_never(told):
    put(FRICHE)
    put(a_programme("Diagnostic", slug="diagnostic"))
    put_links([a_link("diagnostic", "recyclage-friches")], by=None)
    put_links([a_link("diagnostic", "recyclage-friches", statement="Dit autrement.")], by=None)
    watch(today=TODAY)

    (item,) = WatchItem.objects.filter(kind="linked")

    assert (item.slug, item.other_slug, item.details["link"]) == ("diagnostic", "recyclage-friches", "precedes")


def test_the_words_of_a_need_stay_in_its_own_table(told):
    need = signal_need(text="Une navette pour le marché", territory=None, by=None)
    watch(today=TODAY)
    assert WatchItem.objects.count() == 0

    review_need(need=need, to=Status.PUBLISHED, by=a_person())
    watch(today=TODAY)

    (item,) = WatchItem.objects.all()
    assert "navette" not in str(WatchItem.objects.values())
    assert need_texts([item]) == {str(need.uid): "Une navette pour le marché"}
    need.delete()
    assert need_texts([item]) == {}


def test_a_bulk_import_is_one_line_and_the_others_still_show(told):
    put_programmes(
        [a_programme(f"Offre {rank}", origin="grande-source", origin_id=str(rank)) for rank in range(60)], by=None
    )
    put(FRICHE)
    watch(today=TODAY)

    found, more = groups(Watched())

    assert [(group.origin, group.count, len(group.items)) for group in found] == [("grande-source", 60, 0), ("", 1, 1)]
    assert not more


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_groups_cost_two_queries_whatever_the_rows(told, count):
    put_programmes([a_programme(f"Offre {rank}", origin="s", origin_id=str(rank)) for rank in range(count)], by=None)
    watch(today=TODAY)

    with CaptureQueriesContext(connection) as asked:
        found, _ = groups(Watched())

    assert sum(group.count for group in found) == count
    assert len(asked) <= 2


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        (Watched(place="COM-62041"), {"nationale", "du-62"}),
        (Watched(place="COM-34333"), {"nationale"}),
        (Watched(theme=THEME), {"du-62"}),
        (Watched(origin="la-source"), {"nationale"}),
        (Watched(kind="gone"), set()),
        (Watched(until=dt.date(2000, 1, 1)), set()),
    ],
    ids=["here", "elsewhere", "theme", "source", "kind", "period"],
)
def test_news_are_narrowed_by_place_theme_source_kind_and_period(told, watched, expected):
    put(a_programme("Nationale", slug="nationale", origin="la-source", origin_id="1", categories=("eau-potable",)))
    put(a_programme("Du 62", slug="du-62", zones=("DEP-62",), categories=("friche",)))
    put(a_programme("Par un réseau sans membre", slug="par-reseau", delivered_by="adil", origin="autre", origin_id="2"))
    watch(today=TODAY)

    found = {item.slug for group in groups(watched)[0] for item in group.items}

    assert found == expected
    assert groups_in(counted(replace(watched, kind="", origin=None)), watched) == groups(watched)


def test_counts_of_kinds_and_sources_are_those_of_the_lists_they_open(told):
    for rank in range(3):
        put(a_programme(f"Offre {rank}", origin="la-source", origin_id=str(rank)))
    put(FRICHE)
    watch(today=TODAY)
    put(replace(FRICHE, closes_on=dt.date(2027, 6, 1)))
    watch(today=TODAY)

    counts = counted(Watched())

    assert kinds_in(counts, origin=None) == {"new": 4, "changed": 1}
    assert kinds_in(counts, origin="la-source") == {"new": 3}
    assert origins_in(counts, kind="") == {"la-source": 3, "": 2}
    assert origins_in(counts, kind="changed") == {"": 1}


def test_the_writer_is_held_to_write_the_news_never_to_read_the_log(told):
    put(FRICHE)
    depth = len(connection.savepoint_ids)
    held: list[str] = []

    def hear(execute, sql, params, many, context):
        if len(connection.savepoint_ids) > depth and not sql.startswith(("SAVEPOINT", "RELEASE")):
            held.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        watch(today=TODAY)

    assert any("INSERT" in sql and "search_watchitem" in sql for sql in held)
    assert not [sql for sql in held if "search_watchitem" not in sql and "search_watchstate" not in sql]


def test_what_another_process_read_meanwhile_is_left_to_it(told):
    put(FRICHE)
    beaten: list[str] = []

    def other(execute, sql, params, many, context):
        if not beaten and sql.startswith("SELECT") and "accounts_event" in sql and "snapshot" in sql:
            beaten.append(sql)
            WatchState.objects.update(event=Event.objects.order_by("-id").first().pk, late=[])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(other):
        watch(today=TODAY)

    assert beaten
    assert kinds() == []


def test_told_to_stop_the_reader_leaves_the_rest_of_the_log_to_the_next_time(told, monkeypatch):
    monkeypatch.setattr(watching, "BATCH", 1)
    for rank in range(3):
        put(a_programme(f"Offre {rank}", slug=f"offre-{rank}"))

    assert watch(today=TODAY, stop=lambda: True) == 1
    assert len(kinds()) == 1

    watch(today=TODAY)
    assert kinds() == [("new", "offre-0"), ("new", "offre-1"), ("new", "offre-2")]


def test_what_is_counted_is_read_from_indexes_and_few_news_are_found_by_theirs(told):
    put_programmes([replace(FRICHE, zones=("DEP-62",))], by=None)
    watch()
    with CaptureQueriesContext(connection) as queries:
        counts = counted(Watched(place="COM-62041"))
        groups_in(counts, Watched(place="COM-62041", since=TODAY - dt.timedelta(days=30)))
    counting, few = (query["sql"] for query in queries if "search_watchitem" in query["sql"])
    if connection.vendor != "sqlite":
        return  # two queries there too; PostgreSQL plans a small table by reading it whole

    assert "search_watchitem USING COVERING INDEX watch_counted" in plan(counting)
    assert "USING COVERING INDEX programme_zone_usable" in plan(counting)
    assert "watch_counted (shelf=? AND day=? AND kind=? AND origin=?)" in plan(few)


def plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
        return "\n".join(row[3] for row in cursor.fetchall())
