"""Rows written the way the application writes them: through actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from maillage.accounts.models import Event, Role, User
from maillage.actors.actions import load_networks, put_organisations
from maillage.actors.models import Organisation
from maillage.core.records import OrganisationRecord, ProgrammeRecord
from maillage.inventory.actions import load_vocabulary, put_programmes
from maillage.inventory.models import Programme
from tests.factories.places import make_places
from tests.factories.records import an_organisation

ADIL = {
    "slug": "adil",
    "name": "Agences départementales d’information sur le logement",
    "label": "ADIL",
    "nature": "PUBLIC",
    "member_echelon": "DEPARTMENTAL",
}


def make_world(*organisations: OrganisationRecord) -> None:
    """The small geography, the vocabulary, one network (`adil`), and one organisation unless others are given."""
    make_places()
    load_vocabulary()
    load_networks([ADIL])
    put_organisations(list(organisations) or [an_organisation()], by=None)


def put(record: ProgrammeRecord, *, by: User | None = None) -> Programme:
    """The row of a record that no rule refuses."""
    (outcome,) = put_programmes([record], by=by)
    assert outcome.refusal is None, outcome.refusal
    return Programme.objects.get(uid=outcome.key)


def a_person(email: str = "animatrice@exemple.test", role: str = Role.ANIMATOR, **said: Any) -> User:
    """Somebody with an account."""
    return User.objects.create_user(email, "motdepasse-tres-long", role=role, **said)


def organisation(slug: str = "agence-ternois") -> Organisation:
    """The row of an organisation."""
    return Organisation.objects.get(slug=slug)


def noon(day: dt.date) -> dt.datetime:
    """Midday in Paris."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def date_last_events(day: dt.date, *, after: int = 0) -> int:
    """Say that the events logged after this one happened at noon of `day`; returns the id of the last."""
    Event.objects.filter(id__gt=after).update(at=noon(day))
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
