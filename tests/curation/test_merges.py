"""Two sheets made one, and two again."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.accounts.models import Event, User
from maillage.core.errors import Refused
from maillage.core.records import OperatorRef, as_plain
from maillage.curation import actions
from maillage.curation.merging import better_first, combined
from maillage.curation.models import DuplicateVerdict, FieldOrigin, Merge
from maillage.inventory.actions import put_links, put_programmes
from maillage.inventory.models import Articulation, Programme
from maillage.inventory.queries import links_of, programme_record, whole_programmes
from tests.factories.imports import a_row, a_table, imported, ready
from tests.factories.records import a_link, a_programme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ready() -> None:
    ready()


@pytest.fixture
def person() -> User:
    return User.objects.create_user("relectrice@exemple.test", role="animator")


def told(slug: str) -> dict:
    return as_plain(programme_record(whole_programmes().get(slug=slug)))


@pytest.fixture
def pair() -> tuple[Programme, Programme]:
    """The same offer as two sources tell it, and two neighbours."""
    mine = OperatorRef(name="Syndicat d’exemple")
    put_programmes(
        [
            a_programme(
                "Aide aux friches", slug="garde", operators=(mine,), zones=("DEP-62",), origin="un", origin_id="1"
            ),
            a_programme(
                "Aide aux friches",
                slug="double",
                operators=(mine, OperatorRef(name="Région d’exemple", role="funder")),
                zones=("COM-62041",),
                promise="Une friche qui revit",
                closes_on=dt.date(2027, 1, 31),
                origin="deux",
                origin_id="2",
                source_name="Source deux",
            ),
            a_programme("Voisine", slug="voisine"),
            a_programme("Autre voisine", slug="autre"),
        ],
        by=None,
    )
    put_programmes([a_programme("Locale", slug="locale", variant_of="double")], by=None)
    put_links([a_link("double", "voisine"), a_link("garde", "autre"), a_link("double", "autre")], by=None)
    return Programme.objects.get(slug="garde"), Programme.objects.get(slug="double")


def merge(pair, person, **chosen) -> Merge:
    return actions.merge_programmes(kept=pair[0], absorbed=pair[1], by=person, chosen=chosen)


def test_the_rules_fill_what_is_empty_and_add_up_places_and_operators(pair, person):
    merge(pair, person)

    now = programme_record(Programme.objects.get(slug="garde"))
    assert (now.promise, now.closes_on) == ("Une friche qui revit", dt.date(2027, 1, 31))
    assert now.zones == ("COM-62041", "DEP-62")
    assert [ref.name for ref in now.operators] == ["Syndicat d’exemple", "Région d’exemple"]
    assert (now.origin, now.origin_id, now.slug) == ("un", "1", "garde")


def test_a_person_chooses_the_value_of_a_field(pair, person):
    Programme.objects.filter(slug="double").update(description="Le texte de l’autre source.")

    merge(pair, person, description="absorbed", zones="kept")

    now = programme_record(Programme.objects.get(slug="garde"))
    assert (now.description, now.zones) == ("Le texte de l’autre source.", ("DEP-62",))


def test_links_and_variants_follow_and_none_is_told_twice(pair, person):
    merge(pair, person)

    kept = Programme.objects.get(slug="garde")
    found = {(link.from_programme.slug, link.to_programme.slug) for link in links_of(kept)}
    assert found == {("garde", "voisine"), ("garde", "autre")}
    assert [link.from_programme.slug for link in links_of(Programme.objects.get(slug="autre"))] == ["garde"]
    assert told("locale")["variant_of"] == "garde"
    assert Event.objects.filter(target_type="programme").latest("id").snapshot["variant_of"] == "garde"


def test_stating_a_moved_link_again_by_its_old_name_changes_nothing(pair, person):
    merge(pair, person)
    links = Articulation.objects.count()

    put_links([a_link("double", "voisine")], by=None)
    put_programmes([a_programme("Locale", slug="locale", variant_of="double")], by=None)

    assert (Articulation.objects.count(), told("locale")["variant_of"]) == (links, "garde")


def test_undoing_a_merge_gives_back_exactly_what_there_was(pair, person):
    before = {slug: told(slug) for slug in ("garde", "double", "locale", "voisine")}
    links = list(Articulation.objects.order_by("id").values())

    actions.undo_merge(merge=merge(pair, person), by=person)

    assert {slug: told(slug) for slug in before} == before
    assert list(Articulation.objects.order_by("id").values()) == links
    assert not FieldOrigin.objects.exists()
    assert DuplicateVerdict.objects.get().human == ""
    last = Event.objects.filter(target_type="programme", target_key=before["double"]["uid"]).latest("id")
    assert last.snapshot == before["double"]


def test_undoing_keeps_what_was_written_since(pair, person):
    done = merge(pair, person)
    Programme.objects.filter(slug="garde").update(promise="Relue depuis")

    actions.undo_merge(merge=done, by=person)

    now = programme_record(Programme.objects.get(slug="garde"))
    assert (now.promise, now.closes_on) == ("Relue depuis", None)


def test_a_merge_is_undone_once_and_from_the_top(pair, person):
    first = merge(pair, person)
    other = Programme.objects.get(slug="voisine")
    second = actions.merge_programmes(kept=other, absorbed=pair[0], by=person)

    with pytest.raises(Refused) as under:
        actions.undo_merge(merge=first, by=person)
    actions.undo_merge(merge=second, by=person)
    actions.undo_merge(merge=first, by=person)
    with pytest.raises(Refused) as twice:
        actions.undo_merge(merge=first, by=person)

    assert (under.value.code, twice.value.code) == ("merge_underneath", "merge_undone")
    assert not Programme.objects.filter(status="merged").exists()


def test_what_sleeps_cannot_be_merged_again_nor_with_itself(pair, person):
    merge(pair, person)

    for kept, absorbed, code in (
        (pair[0], pair[0], "sheet_with_itself"),
        (Programme.objects.get(slug="voisine"), pair[1], "sheet_merged"),
        (pair[1], Programme.objects.get(slug="voisine"), "sheet_merged"),
    ):
        with pytest.raises(Refused) as caught:
            actions.merge_programmes(kept=kept, absorbed=absorbed, by=person)
        assert caught.value.code == code


def test_each_source_keeps_its_word_on_each_field(pair, person):
    merge(pair, person)

    rows = FieldOrigin.objects.filter(field__in=["zones", "promise"]).order_by("field", "origin")
    assert [(row.field, row.origin, row.value) for row in rows] == [
        ("promise", "deux", "Une friche qui revit"),
        ("zones", "deux", ["COM-62041"]),
        ("zones", "un", ["DEP-62"]),
    ]


def test_loading_the_absorbed_sheet_again_never_wakes_it(pair, person):
    record = programme_record(Programme.objects.get(slug="double"))
    merge(pair, person)

    outcome = put_programmes([record], by=None)[0]

    assert (outcome.state, Programme.objects.get(slug="double").status) == ("same", "merged")


def test_harvesting_an_absorbed_origin_again_tells_the_kept_sheet_and_makes_no_twin(tmp_path, person):
    imported(a_table(tmp_path, [a_row("A1")], "un.csv"), source="un")
    two = a_table(tmp_path, [a_row("B1", titre="Aide numéro un", texte="Un autre texte.")], "deux.csv")
    imported(two, source="deux")
    for doubtful in actions_pending():
        actions.accept_as_new(proposal=doubtful, by=person)
    kept, absorbed = (Programme.objects.get(origin=name) for name in ("un", "deux"))
    actions.merge_programmes(kept=kept, absorbed=absorbed, by=person)

    imported(two, source="deux")
    unchanged = programme_record(Programme.objects.get(pk=kept.pk))
    changed = a_row("B1", titre="Aide numéro un", texte="Un texte neuf.")
    imported(a_table(tmp_path, [changed], "deux.csv"), source="deux")

    assert unchanged.description == "Un texte."
    assert Programme.objects.count() == 2
    assert Programme.objects.get(pk=absorbed.pk).status == "merged"
    said = FieldOrigin.objects.get(key=str(kept.uid), origin="deux", field="description")
    assert said.value == "Un texte neuf."
    waiting = actions_pending()
    assert [(row.programme_id, row.kind, row.reasons[-1][0]) for row in waiting] == [
        (kept.pk, "update", "changed_here")
    ]


def actions_pending() -> list:
    from maillage.curation.queries import pending_proposals

    return list(pending_proposals())


def test_the_sheet_to_keep_is_the_published_then_the_fuller_one():
    old = a_programme("A", slug="a", status="archived", promise="Plus longue", description="x" * 900)
    new = a_programme("A", slug="b")

    assert better_first(old, new) == (new, old)


def test_a_sheet_is_never_its_own_variant():
    national = a_programme("A", slug="a")
    local = a_programme("A", slug="b", variant_of="a", parent="a")

    assert (combined(local, national).variant_of, combined(local, national).parent) == ("", "")
    assert (combined(national, local).variant_of, combined(national, local).parent) == ("", "")
