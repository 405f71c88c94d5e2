"""A moment of workshops, people of nine organisations who came."""

from __future__ import annotations

from django.utils import timezone

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.dialogue.actions.seating import draw_seats
from maillage.dialogue.actions.workshops import prepare_workshops
from maillage.dialogue.models import AgendaMoment, Attendance, Rotation, Session
from tests.factories.records import an_organisation
from tests.factories.rows import a_person, make_world

TITLES = ("Mobilités", "Friches", "Cofinancer le premier kilomètre")


def a_leader() -> User:
    """Who leads, in a world of nine organisations."""
    make_world(*(an_organisation(slug=f"o{at}", name=f"Organisation {at}") for at in range(9)))
    return a_person()


def a_session(number: int = 22) -> AgendaMoment:
    """A moment of workshops, in a session of its own."""
    session = Session.objects.create(number=number, mode="on_site", state="announced")
    return AgendaMoment.objects.create(session=session, position=0, kind="workshops", minutes=60)


def come(session: Session, count: int, *, first: int = 0) -> list[Attendance]:
    """So many people, two or three per organisation."""
    homes = list(Organisation.objects.order_by("slug"))
    return [
        Attendance.objects.create(
            session=session,
            organisation=homes[at % len(homes)],
            seat="guest",
            name=f"Personne {at}",
            natures=["PUBLIC"],
            echelon="LOCAL",
            arrived_at=timezone.now(),
        )
        for at in range(first, first + count)
    ]


def drawn(by: User) -> Rotation:
    """Twenty-one people at three tables."""
    moment = a_session()
    come(moment.session, 21)
    return draw_seats(rotation=prepare_workshops(moment=moment, titles=TITLES, by=by), by=by)
