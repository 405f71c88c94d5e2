"""A session full of organisations and of people signed in, for `bench.dialogue`. Imported once Django is ready."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.core.vocabulary import Echelon, Nature, Status
from maillage.dialogue.actions.programme import publish_programme
from maillage.dialogue.models import (
    AgendaMoment,
    Attendance,
    MomentKind,
    Registration,
    RegistrationState,
    Session,
    SessionMode,
    SessionState,
)

MOMENTS = 12


def a_full_session(*, registered: int, writers: int) -> tuple[Session, AgendaMoment, User, list[User]]:
    """An announced session with so many registrations, a day of twelve moments, and people of those who came."""
    lead = User.objects.create(email="meneuse@exemple.test", role=Role.ANIMATOR)
    session = Session.objects.create(
        number=922,
        title="Une salle pleine",
        mode=SessionMode.BOTH,
        state=SessionState.ANNOUNCED,
        starts_at=timezone.now() + dt.timedelta(days=1),
    )
    kinds = MomentKind.values
    moments = [
        AgendaMoment.objects.create(session=session, position=at, kind=kinds[at % len(kinds)], minutes=30)
        for at in range(MOMENTS)
    ]
    publish_programme(session=session, by=lead)
    homes = Organisation.objects.bulk_create(_organisation(at) for at in range(registered))
    Registration.objects.bulk_create(_registration(session, home, rank=at + 1) for at, home in enumerate(homes))
    Attendance.objects.bulk_create(_attendance(session, home) for home in homes)
    people = User.objects.bulk_create(
        User(email=f"delegue-{at}@exemple.test", role=Role.CONTRIBUTOR) for at in range(writers)
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=home, state=MembershipState.CONFIRMED)
        for user, home in zip(people, homes, strict=False)
    )
    return session, moments[0], lead, people


def session_key(user: User) -> str:
    """The key of a browser where this person is signed in."""
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_hash"] = str(user.pk), user.get_session_auth_hash()
    store["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    store.save()
    return str(store.session_key)


def _organisation(at: int) -> Organisation:
    return Organisation(
        slug=f"structure-{at}",
        name=f"Structure d’ingénierie numéro {at}",
        kind="association",
        natures=(Nature.codes()[at % 3],),
        echelon=Echelon.codes()[at % 4],
        status=Status.PUBLISHED.value,
    )


def _registration(session: Session, home: Organisation, *, rank: int) -> Registration:
    return Registration(
        session=session,
        organisation=home,
        state=RegistrationState.CONFIRMED,
        rank=rank,
        code=f"C{rank:05}",
        link_key=f"cle-{rank}",
        delegate_name="Camille",
        delegate_email=f"{home.slug}@exemple.test",
        is_listed=True,
    )


def _attendance(session: Session, home: Organisation) -> Attendance:
    return Attendance(
        session=session,
        organisation=home,
        natures=home.natures,
        echelon=home.echelon,
        arrived_at=timezone.now(),
    )
