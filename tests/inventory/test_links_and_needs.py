"""Articulations stated or refused for ever, and needs that people signal."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from maillage.accounts.models import Event, Verb
from maillage.core.errors import Invalid, Unknown
from maillage.inventory.actions import put_links, refuse_link, signal_need
from maillage.inventory.models import Articulation, LinkLevel, Need
from maillage.inventory.queries import link_record, links_among, links_kept, links_of, links_on, refused_pairs
from maillage.territories.models import Territory
from tests.factories.records import a_link, a_programme, an_organisation
from tests.factories.rows import a_person, date_last_events, make_world, put

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, THURSDAY, LATER = (dt.date(2026, 3, day) for day in (2, 3, 5, 20))


@pytest.fixture
def pair():
    make_world(an_organisation(), an_organisation("Autre", slug="autre"))
    return put(a_programme("Un", slug="un")), put(a_programme("Deux", slug="deux"))


def test_a_link_reads_back_whole_between_programmes_and_between_organisations(pair):
    records = [
        a_link("un", "deux", condition="Après l’étude", stated_on=MONDAY),
        a_link("agence-ternois", "autre", "co_funds", between="organisation"),
    ]

    assert put_links(records, by=None) == 2
    assert [link_record(row) for row in Articulation.objects.order_by("id")] == records


def test_stating_a_link_again_changes_nothing_and_rewording_changes_one(pair):
    put_links([a_link("un", "deux"), a_link("deux", "un")], by=None)
    events = Event.objects.count()

    assert put_links([a_link("un", "deux"), a_link("deux", "un")], by=None) == 0
    assert Event.objects.count() == events
    assert put_links([a_link("un", "deux", statement="Autrement dit."), a_link("deux", "un")], by=None) == 1
    assert Articulation.objects.count() == 2


def test_a_link_stated_twice_in_a_batch_is_written_once(pair):
    assert put_links([a_link("un", "deux"), a_link("un", "deux")], by=None) == 1


@pytest.mark.parametrize(
    ("bad", "error"),
    [(a_link("un", "nulle-part"), Unknown), (a_link("un", "deux", "épouse"), Invalid)],
    ids=["an end that does not exist", "a kind that does not exist"],
)
def test_one_wrong_link_and_nothing_is_written(pair, bad, error):
    with pytest.raises(error):
        put_links([a_link("deux", "un"), bad], by=None)

    assert Articulation.objects.count() == 0


def test_a_link_without_evidence_is_refused_with_its_reason(pair):
    with pytest.raises(Invalid, match="missing_source"):
        put_links([a_link("un", "deux", evidence_url="")], by=None)


def test_a_refused_link_stays_refused_whatever_is_stated_later(pair):
    put_links([a_link("un", "deux", "overlaps")], by=None)
    person = a_person()

    refuse_link(a_link("un", "deux", "overlaps"), by=person)
    put_links([a_link("un", "deux", "overlaps", statement="Et pourtant.")], by=None)

    assert Articulation.objects.get().level == LinkLevel.REFUSED
    assert refused_pairs() == {("un", "deux", "overlaps")}
    assert links_of(pair[0]) == []
    assert links_among(["un", "deux"]) == []
    assert Event.objects.filter(target_type="articulation", verb=Verb.DECIDED, by=person).count() == 1


def test_a_suggestion_nobody_stated_can_be_refused(pair):
    refuse_link(a_link("un", "deux", "precedes", evidence_url="", evidence_name=""), by=a_person())

    assert refused_pairs() == {("un", "deux", "precedes")}


def test_links_are_known_as_they_stood_on_a_day(pair):
    first = a_link("un", "deux")
    put_links([first], by=None)
    last = date_last_events(MONDAY)
    put_links([replace(first, statement="Reformulée.")], by=None)
    last = date_last_events(TUESDAY, after=last)
    refuse_link(first, by=a_person())
    date_last_events(THURSDAY, after=last)

    known = [links_on(programme=pair[0], day=day) for day in (MONDAY - dt.timedelta(1), MONDAY, TUESDAY, LATER)]

    assert known == [[], [first], [replace(first, statement="Reformulée.")], []]


def test_links_among_needs_both_ends(pair):
    put(a_programme("Trois", slug="trois"))
    put_links([a_link("un", "deux"), a_link("deux", "trois")], by=None)

    assert [(link.origin, link.target) for link in links_among(["un", "deux"])] == [("un", "deux")]


def test_a_signalled_need_waits_for_review_and_its_words_stay_out_of_the_log(pair):
    secret = "Ma voisine Yvonne ne peut plus payer son chauffage"

    need = signal_need(
        text=f"  {secret}\n ",
        territory=Territory.objects.get(code="COM-62041"),
        by=None,
        stage="EMERGENCE",
        nature="PUBLIC",
        audience="commune",
        gap="nothing",
        categories=["logement-et-habitat", "licornes"],
    )

    event = Event.objects.get(target_type="need")
    stored = Need.objects.get()
    assert (stored.text, stored.status, stored.gap) == (secret, "review", "nothing")
    assert event.target_key == str(need.uid)
    assert event.facts == {"territory": "COM-62041", "stage": "EMERGENCE", "nature": "PUBLIC", "gap": "nothing"}
    assert event.snapshot is None
    assert "Yvonne" not in str(list(Event.objects.values()))


@pytest.mark.parametrize(
    ("text", "code"), [(" \n ", "need_empty"), ("x" * 5001, "need_too_long")], ids=["empty", "too long"]
)
def test_a_need_has_words_and_not_too_many(db, text, code):
    with pytest.raises(Invalid, match=code):
        signal_need(text=text, territory=None, by=None)

    assert Need.objects.count() == Event.objects.count() == 0


def test_links_kept_in_memory_follow_what_is_stated_and_refused(pair, django_assert_num_queries):
    put_links([a_link("un", "deux")], by=None)
    assert [link.target for link in links_among(["un", "deux"])] == ["deux"]
    with django_assert_num_queries(2):  # the log, by type
        links_among(["un", "deux"])

    put_links([a_link("deux", "un", "complements")], by=None)
    refuse_link(a_link("un", "deux"), by=a_person())

    assert [(link.origin, link.target) for link in links_among(["un", "deux"])] == [("deux", "un")]


def test_too_many_links_to_keep_are_asked_for_one_answer_at_a_time(pair, monkeypatch):
    put(a_programme("Trois", slug="trois"))
    links = [a_link("un", "deux"), a_link("deux", "un", "complements"), a_link("un", "trois")]
    put_links(links, by=None)
    kept = links_among(["un", "deux"])

    monkeypatch.setattr("maillage.inventory.queries.MOST_LINKS", 2)
    links_kept.held = None

    assert links_kept() is None
    assert links_among(["un", "deux"]) == kept
    assert len(kept) == 2
