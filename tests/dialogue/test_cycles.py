"""Cycles: begun and changed by who keeps them, never over another's words, and kept when the texts are loaded again."""

from __future__ import annotations

import datetime as dt

import pytest

from maillage.accounts.models import Event
from maillage.core.errors import Invalid, Refused
from maillage.dialogue.actions.cycles import CycleFields, change_cycle, fields_of_cycle, prepare_cycle, version_of_cycle
from maillage.dialogue.actions.loading import load_history
from maillage.dialogue.history import documented_cycles, documented_sessions
from maillage.dialogue.models import Cycle
from tests.factories.dialogue import some_organisations, speaker_of

SAID = CycleFields(title="Investir  ensemble", objective="Cofinancer.", priorities=("Une", " ", "Deux"))


def test_a_cycle_is_begun_after_the_others_and_its_address_is_its_own(animator):
    first, second = (prepare_cycle(said=SAID, by=animator) for _ in range(2))

    assert (first.slug, second.slug) == ("investir-ensemble", "investir-ensemble-2")
    assert (first.position, second.position) == (0, 1)
    assert (first.title, first.priorities) == ("Investir ensemble", ["Une", "Deux"])


def test_what_changed_is_logged_and_nothing_when_nothing_did(animator):
    cycle = prepare_cycle(said=SAID, by=animator)
    said = CycleFields(title="Investir ensemble", objective="Cofinancer.", evaluation="Utile.")
    changed = change_cycle(cycle=cycle, said=said, seen=version_of_cycle(cycle), by=animator)
    change_cycle(cycle=changed, said=said, seen=version_of_cycle(changed), by=animator)

    events = Event.objects.filter(target_type="cycle").order_by("id")
    assert [event.facts["fields"] for event in events] == [[], ["priorities", "evaluation"]]
    assert events.last().snapshot["evaluation"] == "Utile."
    assert fields_of_cycle(changed).priorities == ()


def test_two_who_write_at_once_never_overwrite_each_other(animator):
    cycle = prepare_cycle(said=SAID, by=animator)
    seen = version_of_cycle(cycle)
    change_cycle(cycle=cycle, said=CycleFields(title="Un"), seen=seen, by=animator)

    with pytest.raises(Refused, match="edited_meanwhile"):
        change_cycle(cycle=cycle, said=CycleFields(title="Deux"), seen=seen, by=animator)
    assert Cycle.objects.get().title == "Un"


def test_a_cycle_that_makes_no_sense_or_is_not_yours_is_refused(animator):
    cycle = prepare_cycle(said=SAID, by=animator)
    member = speaker_of(some_organisations(1)[0])
    late, early = dt.date(2027, 2, 1), dt.date(2027, 1, 1)
    for said, by, error, code in (
        (SAID, member, Refused, "animators_only"),
        (CycleFields(title=" "), animator, Invalid, "field_required"),
        (CycleFields(title="x", starts_on=late, ends_on=early), animator, Invalid, "cycle_ends_before"),
        (CycleFields(title="x", evaluation="x" * 8001), animator, Invalid, "field_too_long"),
    ):
        with pytest.raises(error, match=code):
            change_cycle(cycle=cycle, said=said, seen=version_of_cycle(cycle), by=by)
        with pytest.raises(error, match=code):
            prepare_cycle(said=said, by=by)
    assert Cycle.objects.count() == 1


def test_loading_the_texts_again_keeps_what_a_person_wrote(animator):
    def load() -> None:
        load_history(cycles=documented_cycles(), sessions=documented_sessions())

    load()
    one, two = Cycle.objects.order_by("position")[:2]
    before = two.objective
    change_cycle(cycle=one, said=CycleFields(title="Réécrit ici"), seen=version_of_cycle(one), by=animator)
    Cycle.objects.filter(pk=two.pk).update(objective="Altéré sans personne")
    load()

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.title, two.objective) == ("Réécrit ici", before)
