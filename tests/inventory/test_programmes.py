"""Writing sheets: what becomes of each record, and what the log remembers."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import fields, replace

import pytest
from django.db import connection, models

from maillage.accounts.models import Event, Verb
from maillage.accounts.queries import history_of
from maillage.actors.models import Organisation
from maillage.core.errors import Refused
from maillage.core.records import ProgrammeRecord, as_plain, programme_from_plain, with_values
from maillage.core.vocabulary import Status, categories
from maillage.inventory.actions import move_programme, put_programmes, verify_programme
from maillage.inventory.actions.checks import LENGTHS
from maillage.inventory.models import Programme
from maillage.inventory.queries import (
    programme_on,
    programme_record,
    programmes_told,
    stored_programmes,
    to_verify,
    whole_programmes,
)
from tests.factories.records import a_programme, an_operator
from tests.factories.rows import a_person, date_last_events, make_world, put

pytestmark = pytest.mark.django_db
CODES = tuple(categories())
MONDAY, TUESDAY, THURSDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3), dt.date(2026, 3, 5)

FULL = a_programme(
    "Accompagner la rénovation des écoles",
    slug="renover-ecoles",
    promise="Un diagnostic, un chiffrage, un plan.",
    description="Une équipe vient deux jours.",
    eligibility="- Être une commune",
    operators=(an_operator(), an_operator(slug="banque", name="La Banque", siren="110068012", role="funder")),
    delivered_by="adil",
    programmes=("Programme bâtiment",),
    natures=("PUBLIC", "PROJECT"),
    echelon="DEPARTMENTAL",
    stages=("EMERGENCE", "DESIGN"),
    categories=(CODES[3], CODES[1]),
    zones=("DEP-62", "COM-34333"),
    excluded_zones=("COM-62119",),
    price="MEMBER_FEE",
    price_note="1 € par habitant",
    conditions=("Délibération",),
    restricted_to="pvd",
    how_to="Appeler, puis délibérer.",
    contact_desk="Guichet unique",
    contact_url="https://exemple.test/contact",
    recurrence="recurring",
    opens_on=dt.date(2026, 1, 1),
    closes_on=dt.date(2026, 12, 31),
    cumul="Cumulable à 80 %",
    cumul_reference="Règlement, article 3",
    sdgs=(4, 17),
    keywords=("école", "isolation"),
    legal_bases=(("Code général", "https://exemple.test/loi"),),
    professional={"identifiant": "12"},
    source_name="Page publique",
    origin="essai",
    origin_id="42",
    source_updated_on=MONDAY,
)


@pytest.fixture(autouse=True)
def world():
    make_world()


def test_a_sheet_reads_back_whole():
    stored = programme_record(put(FULL))

    assert replace(stored, uid="", zones=FULL.zones, categories=FULL.categories, operators=FULL.operators) == FULL
    assert stored.zones == tuple(sorted(FULL.zones))
    assert set(stored.categories) == set(FULL.categories)
    assert [(ref.slug, ref.role) for ref in stored.operators] == [("agence-ternois", "operator"), ("banque", "funder")]
    assert programme_from_plain(as_plain(stored)) == stored


def test_each_record_is_created_changed_the_same_or_refused():
    bad = a_programme("Sans source", source_url="", source_name="")
    first = put_programmes([FULL, bad, a_programme("Autre")], by=None)
    second = put_programmes([FULL], by=None)
    third = put_programmes([replace(FULL, title="Rénover les écoles")], by=None)

    assert [outcome.state for outcome in first] == ["created", "refused", "created"]
    assert first[1].refusal.code == "missing_source"
    assert [outcome.state for outcome in second] == ["same"]
    assert [(outcome.state, outcome.changed) for outcome in third] == [("changed", ("title",))]
    assert Programme.objects.count() == 2


def test_a_record_that_says_the_same_logs_nothing():
    put(FULL)
    before = Event.objects.count()

    put_programmes([FULL], by=None)

    assert Event.objects.count() == before


def test_a_record_is_found_by_uid_by_its_source_by_address_or_by_birth():
    row = put(FULL)

    by_uid = replace(FULL, uid=str(row.uid), slug="", origin_id="", title="Un")
    by_origin = replace(FULL, slug="autre-adresse", title="Deux")
    by_slug = replace(FULL, origin="", origin_id="", title="Trois")

    for record in (by_uid, by_origin, by_slug):
        (outcome,) = put_programmes([record], by=None)
        assert (outcome.state, outcome.key, outcome.slug) == ("changed", str(row.uid), "renover-ecoles")


def test_two_sheets_of_one_title_get_two_addresses():
    first, second = (
        put(a_programme("Même titre", origin="a", origin_id="1")),
        put(a_programme("Même titre", origin="b", origin_id="1")),
    )

    assert first.slug == "meme-titre"
    assert second.slug.startswith("meme-titre-")


def test_the_same_record_twice_in_a_batch_is_refused_once():
    first, second = put_programmes([FULL, FULL], by=None)

    assert (first.state, second.state, second.refusal.code) == ("created", "refused", "record_twice")


REFUSED = {
    "no title": ({"title": " "}, "field_required"),
    "a long title": ({"title": "x" * 301}, "field_too_long"),
    "a long promise": ({"promise": "x" * 181}, "field_too_long"),
    "an unknown stage": ({"stages": ("EMERGENCE", "PLUS_TARD")}, "code_unknown"),
    "an unknown price": ({"price": "BRADÉ"}, "code_unknown"),
    "an unknown category": ({"categories": ("licornes",)}, "code_unknown"),
    "an ODD beyond 17": ({"sdgs": (18,)}, "code_unknown"),
    "closing before opening": ({"opens_on": TUESDAY, "closes_on": MONDAY}, "closes_before_it_opens"),
    "not an address": ({"contact_url": "javascript:alert(1)"}, "not_a_web_address"),
    "an unknown place": ({"zones": ("COM-99999",)}, "territory_unknown"),
    "a bare ambiguous place": ({"zones": ("76",)}, "territory_ambiguous"),
    "a variant of itself": ({"slug": "moi", "variant_of": "moi"}, "programme_unknown"),
    "an unknown network": ({"delivered_by": "nulle-part"}, "network_unknown"),
    "an unknown parent": ({"parent": "nulle-part"}, "programme_unknown"),
    "an unknown operator slug": ({"operators": (an_operator(slug="personne", name=""),)}, "organisation_unknown"),
}


@pytest.mark.parametrize(("said", "code"), REFUSED.values(), ids=REFUSED)
def test_a_record_that_breaks_a_rule_changes_nothing_and_says_which(said, code):
    stranger = an_operator(slug="inconnue", name="Une inconnue")
    bad = a_programme(**{"title": "Mauvaise", "operators": (stranger,)} | said)
    events = Event.objects.count()

    bad_outcome, good_outcome = put_programmes([bad, a_programme("Bonne")], by=None)

    assert (bad_outcome.state, bad_outcome.refusal.code) == ("refused", code)
    assert good_outcome.state == "created"
    assert list(Programme.objects.values_list("title", flat=True)) == ["Bonne"]
    assert Event.objects.count() == events + 1
    assert not Organisation.objects.filter(slug="inconnue").exists(), "a refused record makes no organisation"


def test_an_operator_known_by_name_only_is_kept_for_review():
    put(a_programme(operators=(an_operator(slug="", name="Syndicat de l’Authie"),)))

    row = Organisation.objects.get(name="Syndicat de l’Authie")
    assert (row.slug, row.status) == ("syndicat-de-l-authie", Status.REVIEW)


def test_an_operator_is_recognised_by_its_name_whatever_its_address():
    row = put(a_programme("Un", operators=(an_operator(slug="", name="Agence de l’eau du Ternois"),)))

    assert [ref.slug for ref in programme_record(row).operators] == ["agence-ternois"]
    assert Organisation.objects.count() == 1


def test_an_operator_with_a_wrong_siren_is_kept_without_it():
    put(a_programme(operators=(an_operator(slug="", name="Syndicat", siren="12 34"),)))

    assert Organisation.objects.get(name="Syndicat").siren == ""


def test_a_place_both_served_and_excluded_is_excluded():
    row = put(a_programme(zones=("DEP-62", "COM-62119"), excluded_zones=("COM-62119",)))

    record = programme_record(row)
    assert (record.zones, record.excluded_zones) == (("DEP-62",), ("COM-62119",))


def test_a_killed_import_loses_at_most_a_batch(monkeypatch):
    monkeypatch.setattr("maillage.inventory.actions.programmes.BATCH", 2)
    records = [a_programme(f"Fiche {rank}") for rank in range(5)]
    calls = []

    def killed(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("maillage.inventory.actions.programmes._log", killed)
    with pytest.raises(KeyboardInterrupt):
        put_programmes(records, by=None)

    assert Programme.objects.count() == 2


def test_limits_are_those_of_the_columns():
    columns = {
        item.name: item.max_length
        for item in Programme._meta.concrete_fields
        if isinstance(item, models.CharField | models.TextField) and item.max_length and not item.choices
    }
    recorded = {item.name for item in fields(ProgrammeRecord)}

    assert {name: LENGTHS.get(name) for name in columns if name in recorded} == {
        name: limit for name, limit in columns.items() if name in recorded
    }


def test_a_sheet_is_known_as_it_stood_on_a_day_zone_and_operators_included():
    row = put(replace(FULL, zones=("DEP-62",), operators=(an_operator(),)))
    last = date_last_events(MONDAY)
    put(replace(FULL, zones=("REG-32",), operators=(an_operator(slug="banque", name="La Banque"),), title="Nouveau"))
    date_last_events(THURSDAY, after=last)

    before, on, between, after = (
        programme_on(programme=row, day=day) for day in (MONDAY - dt.timedelta(days=1), MONDAY, TUESDAY, THURSDAY)
    )

    assert before is None
    assert on == between
    assert (on.title, on.zones, on.operators[0].slug) == (FULL.title, ("DEP-62",), "agence-ternois")
    assert (after.title, after.zones, after.operators[0].slug) == ("Nouveau", ("REG-32",), "banque")


def test_the_log_says_who_changed_which_fields():
    person = a_person()
    row = put(FULL)
    put(replace(FULL, price="FREE"), by=person)

    newest, oldest = history_of(target_type="programme", target_key=str(row.uid))

    assert (oldest.verb, oldest.by) == (Verb.CREATED, None)
    assert (newest.verb, newest.by, newest.facts) == (Verb.CHANGED, person, {"fields": ["price"]})


@pytest.mark.parametrize(
    ("path", "verbs"),
    [
        (["review", "published", "archived", "published"], ["submitted", "published", "archived", "published"]),
        (["published", "review", "draft"], ["published", "changed", "changed"]),
        (["archived"], ["archived"]),
    ],
    ids=["the usual life", "back to the author", "dropped"],
)
def test_a_sheet_moves_along_its_life(path, verbs):
    row = put(a_programme(status="draft"))
    person = a_person()

    for step in path:
        move_programme(programme=row, to=Status(step), by=person)

    row.refresh_from_db()
    assert row.status == path[-1]
    events = history_of(target_type="programme", target_key=str(row.uid))
    assert [event.verb for event in reversed(events)][1:] == verbs
    assert programme_on(programme=row, day=dt.date(2100, 1, 1)).status == path[-1]


@pytest.mark.parametrize(("start", "to"), [("draft", "draft"), ("archived", "draft"), ("archived", "review")])
def test_a_move_that_makes_no_sense_is_refused(start, to):
    row = put(a_programme(status=start))

    with pytest.raises(Refused, match="move_not_allowed"):
        move_programme(programme=row, to=Status(to), by=a_person())


def test_nothing_is_published_without_a_source():
    row = put(a_programme(status="review", source_url="", source_name=""))

    with pytest.raises(Refused, match="missing_source"):
        move_programme(programme=row, to=Status.PUBLISHED, by=a_person())
    row.refresh_from_db()
    assert row.status == "review"


def test_a_verified_sheet_leaves_the_list_of_what_remains_to_verify():
    row, other = put(FULL), put(a_programme("Autre"))

    verify_programme(programme=row, on=TUESDAY, by=a_person())

    assert list(to_verify()) == [other]
    assert programme_record(Programme.objects.get(pk=row.pk)).verified_on == TUESDAY


def test_reading_sheets_costs_the_same_number_of_queries_with_1_and_30(django_assert_num_queries):
    put(FULL)
    with django_assert_num_queries(5):
        [programme_record(row) for row in whole_programmes()]
    put_programmes([replace(FULL, slug="", origin_id=str(rank), title=f"F {rank}") for rank in range(30)], by=None)

    with django_assert_num_queries(5):
        assert len([programme_record(row) for row in whole_programmes()]) == 31


def test_sheets_read_without_objects_say_the_same(world_of_sheets):
    stored = list(stored_programmes(Programme.objects.all(), at_once=2))

    rows = list(whole_programmes().order_by("pk"))
    assert [(one.key, one.updated_at, one.record) for one in stored] == [
        (row.pk, row.updated_at, programme_record(row)) for row in rows
    ]


def test_sheets_are_read_in_as_many_queries_whatever_their_number(world_of_sheets, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert len(list(stored_programmes(Programme.objects.all()))) == 3


@pytest.fixture
def world_of_sheets():
    put(FULL)
    put(a_programme("Une variante", slug="variante", variant_of="renover-ecoles"))
    put(a_programme("Sans rien", slug="rien", operators=(), zones=(), categories=()))


def test_a_copy_with_other_values_is_what_replace_gives():
    assert with_values(FULL, title="Autre", zones=("COM-62041",)) == replace(FULL, title="Autre", zones=("COM-62041",))
    assert with_values(FULL, title=FULL.title) is FULL
    assert pickle.loads(pickle.dumps(FULL)) == FULL
    with pytest.raises(AttributeError):
        with_values(FULL, titel="Autre")


def test_sheets_are_found_by_the_names_of_their_source_without_reading_all_those_of_it():
    for origin, name in (("une", "é'1"), ("une", "2"), ("autre", "2"), ("une", "")):
        put(a_programme(f"Une aide {origin} {name}", slug=f"aide-{origin}-{name[-1:]}", origin=origin, origin_id=name))
    found = programmes_told(origins=["une"], names=["é'1", "2", ""])
    assert {(row.origin, row.origin_id) for row in found} == {("une", "é'1"), ("une", "2")}
    uids = [str(row.uid) for row in found]
    assert {str(row.uid) for row in Programme.objects.filter(uid__among=uids)} == set(uids)
    if connection.vendor == "sqlite":
        assert "programme_origin_once (origin=? AND origin_id=?)" in found.explain()
