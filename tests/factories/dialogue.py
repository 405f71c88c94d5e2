"""A session on a Thursday of 2027, its organisations, the people who speak for them."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from maillage.accounts.models import Role, User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.dialogue.actions.programme import MomentFields, add_moment
from maillage.dialogue.actions.registering import Registered, RegistrationFields, register
from maillage.dialogue.actions.sessions import SessionFields, announce_session, prepare_session
from maillage.dialogue.models import AgendaMoment, Session

PARIS = ZoneInfo("Europe/Paris")
THURSDAY = dt.datetime(2027, 6, 10, 9, 30, tzinfo=PARIS)


def some_organisations(count: int, **said: Any) -> list[Organisation]:
    """Published organisations, named by their number."""
    values = {"kind": "association", "natures": ("CATALYST",), "echelon": "LOCAL", "status": "published", **said}
    return Organisation.objects.bulk_create(
        Organisation(slug=f"structure-{number}", name=f"Structure {number}", **values) for number in range(count)
    )


def speaker_of(organisation: Organisation, email: str = "") -> User:
    """Somebody confirmed as keeping this organisation's sheets."""
    address = email or f"{organisation.slug}@exemple.test"
    user = User.objects.create_user(address, "motdepasse-tres-long", role=Role.CONTRIBUTOR)
    Membership.objects.create(user=user, organisation=organisation, state=MembershipState.CONFIRMED)
    return user


def a_session(by: User, *, number: int = 22, announced: bool = True, **said: Any) -> Session:
    """A session on site, with ten seats, announced."""
    values: dict[str, Any] = {"title": "Investir ensemble", "mode": "on_site", "starts_at": THURSDAY, "seats": 10}
    session = prepare_session(fields=SessionFields(number=number, **values | said), by=by)
    return announce_session(session=session, by=by) if announced else session


def a_moment(session: Session, by: User, title: str, **said: Any) -> AgendaMoment:
    """Thirty minutes of exchanges."""
    values: dict[str, Any] = {"kind": "exchange", "minutes": 30}
    return add_moment(session=session, fields=MomentFields(title=title, **values | said), by=by)


def asks(session: Session, organisation: Organisation, by: User | None, **said: Any) -> Registered:
    """A delegate asks for a seat."""
    values: dict[str, Any] = {"delegate_name": "Camille", "delegate_email": f"{organisation.slug}@exemple.test"}
    fields = RegistrationFields(**values | said)
    return register(session=session, organisation=organisation, fields=fields, by=by)
