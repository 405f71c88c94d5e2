"""Feeds and calendars, read by outside judges: feedparser and icalendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import feedparser
import icalendar
import pytest
from django.utils import timezone

from maillage.inventory.actions import put_programmes
from maillage.search.actions import rebuild, watch
from maillage.search.wanted import NAMES
from maillage.web.listing import FACETS
from tests.factories.records import a_programme
from tests.web.conftest import RECORDS

SOON = timezone.localdate() + dt.timedelta(days=20)


@pytest.fixture
def dated(commons):
    """The small commons, where one offer closes in twenty days; told and indexed."""
    put_programmes([replace(RECORDS[0], closes_on=SOON)], by=None)
    watch()
    rebuild()
    return commons


def feed_at(client, address: str, **headers: str) -> SimpleNamespace:
    response = client.get(address, headers=headers)
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return SimpleNamespace(response=response, entries=parsed.entries, feed=parsed.feed)


def events_at(client, address: str) -> list[icalendar.Event]:
    response = client.get(address)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(response.content).walk("VEVENT"))


def test_a_search_has_its_feed_with_the_same_parameters(dated, client):
    page = client.get("/programmes?q=friche&etape=EMERGENCE").content.decode()
    assert 'href="/programmes/flux.xml?q=friche&amp;etape=EMERGENCE"' in page

    found = feed_at(client, "/programmes/flux.xml?q=friche&etape=EMERGENCE")

    assert found.response.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert {entry.title.split(":")[1].strip() for entry in found.entries} == {"Diagnostic de friche"}
    assert found.entries[0].link == "http://127.0.0.1:8000/programmes/diagnostic-friche"
    assert found.feed.language == "fr"


def test_a_feed_follows_the_place(dated, client):
    here = feed_at(client, "/programmes/flux.xml?territoire=COM-62041").entries
    there = feed_at(client, "/programmes/flux.xml?territoire=COM-34333").entries

    assert any("recyclage" in entry.link for entry in here)
    assert not any("recyclage" in entry.link for entry in there)


def test_an_entry_keeps_its_identity_and_a_change_is_another(dated, client):
    first = {entry.id for entry in feed_at(client, "/programmes/flux.xml").entries}
    put_programmes([replace(RECORDS[1], price="PAID")], by=None)
    watch()
    rebuild()

    second = {entry.id for entry in feed_at(client, "/programmes/flux.xml").entries}

    assert first < second
    assert len(second - first) == 1
    (changed,) = [entry for entry in feed_at(client, "/programmes/flux.xml").entries if entry.id not in first]
    assert changed.title == "Modifiée\u00a0: Diagnostic de friche"
    assert changed.summary == "prix\u00a0: gratuit → payant"


@pytest.mark.parametrize("path", ["/programmes/flux.xml", "/veille/flux.xml", "/programmes.ics", "/veille.ics"])
def test_a_reader_that_has_it_gets_304_until_something_changes(dated, client, path):
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["ETag"]})
    put_programmes([replace(RECORDS[0], closes_on=SOON, title="Recyclage de toutes les friches")], by=None)
    watch()
    rebuild()

    later = client.get(path, headers={"if-none-match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, later.status_code) == (200, 304, 200)
    assert again.content == b""
    assert "max-age=600" in first.headers["Cache-Control"]
    assert first.headers["Last-Modified"].endswith("GMT")


def test_a_reader_of_feeds_may_ask_by_date_alone(dated, client):
    first = client.get("/programmes/flux.xml")

    again = client.get("/programmes/flux.xml", headers={"if-modified-since": first.headers["Last-Modified"]})

    assert again.status_code == 304


def test_deadlines_are_all_day_events_for_good(dated, client):
    (event,) = events_at(client, "/programmes.ics?q=friches&territoire=COM-62041")

    assert event["SUMMARY"] == "Clôture\u00a0: Recyclage des friches"
    assert event.decoded("DTSTART") == SOON
    assert event.decoded("DTEND") == SOON + dt.timedelta(days=1)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event.decoded("DTSTAMP").tzinfo is not None
    assert str(event["URL"]).endswith("/programmes/recyclage-friches")
    assert events_at(client, "/programmes.ics?territoire=COM-34333") == []


def test_a_deadline_put_off_is_the_same_event_with_a_higher_sequence(dated, client):
    (before,) = events_at(client, "/veille.ics")
    put_programmes([replace(RECORDS[0], closes_on=SOON + dt.timedelta(days=9))], by=None)
    watch()

    (after,) = events_at(client, "/veille.ics")

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after.decoded("DTSTART") == SOON + dt.timedelta(days=9)
    assert after.decoded("DTSTAMP") >= before.decoded("DTSTAMP")


def test_an_import_is_one_entry_of_the_watch(dated, client):
    put_programmes(
        [a_programme(f"Offre {rank}", origin="grande-source", origin_id=str(rank)) for rank in range(40)], by=None
    )
    watch()

    entries = feed_at(client, "/veille/flux.xml").entries

    assert [entry.title for entry in entries if "40" in entry.title] == ["40 fiches ajoutées depuis grande source"]
    assert not any("Offre 7" in entry.title for entry in entries)


def test_hostile_titles_stay_text(commons, client):
    put_programmes([a_programme("<script>alert(1)</script> & ]]> \u0007 fin", slug="hostile")], by=None)
    watch()
    rebuild()

    entries = feed_at(client, "/programmes/flux.xml").entries

    assert any("<script>alert(1)</script> & ]]>" in entry.title for entry in entries)


@pytest.mark.parametrize("path", ["/acteurs/flux.xml", "/besoins/flux.xml", "/etudes/flux.xml"])
def test_the_other_lists_have_theirs(dated, client, path):
    assert feed_at(client, path).response.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/programmes/flux.xml?couleur=bleu",
        "/programmes/flux.xml?nature=MAGIQUE",
        "/programmes/flux.xml?page=2",
        "/programmes.ics?territoire=COM-00000",
        "/veille/flux.xml?quoi=rien",
        "/veille.ics?page=1",
    ],
)
def test_what_a_list_refuses_its_twins_refuse(commons, client, path):
    assert client.get(path).status_code == 400


def test_the_page_and_the_saved_searches_speak_of_the_same_filters():
    assert {kind: tuple(facet.name for facet in facets) for kind, facets in FACETS.items()} == {
        str(kind.value): names for kind, names in NAMES.items()
    }
