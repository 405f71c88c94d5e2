"""Reads of who comes: registrations, seats left, what a person may do for whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from maillage.accounts.models import User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.actors.queries import kept_organisations
from maillage.core.errors import Refused
from maillage.core.vocabulary import Status
from maillage.dialogue.models import (
    Attendance,
    DateOption,
    Registration,
    RegistrationState,
    Session,
    SessionMode,
    SessionState,
)
from maillage.dialogue.queries.leading import leads

TAKEN = (RegistrationState.ASKED, RegistrationState.CONFIRMED, RegistrationState.WAITING)
"""States in which an organisation means to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The seats on site of a session. `total` None: without limit."""

    total: int | None
    taken: int
    waiting: int
    asked: int

    @property
    def left(self) -> int | None:
        """Seats still free, None without limit; never below 0."""
        return None if self.total is None else max(0, self.total - self.taken)


def seats_of(session: Session) -> Seats:
    """How many seats on site are taken, waited for, asked for."""
    on_site = Q(mode=SessionMode.ON_SITE)
    found = Registration.objects.filter(session=session).aggregate(
        taken=Count("pk", filter=on_site & Q(state=RegistrationState.CONFIRMED)),
        waiting=Count("pk", filter=Q(state=RegistrationState.WAITING)),
        asked=Count("pk", filter=Q(state=RegistrationState.ASKED)),
    )
    return Seats(total=session.seats, **found)


def is_open_to_registration(session: Session) -> bool:
    """Whether an organisation may still ask to come."""
    now = timezone.now()
    closes = session.closes_at or session.starts_at
    return session.state == SessionState.ANNOUNCED and (closes is None or now < closes)


def registrations_of(session: Session) -> QuerySet[Registration]:
    """Who asked to come, in their turn, with their organisation."""
    return Registration.objects.filter(session=session).select_related("organisation").order_by("rank")


def listed_organisations(session: Session) -> list[tuple[str, str]]:
    """The organisations that come and agreed to be named in public: name and slug, by name. No person."""
    rows = Registration.objects.filter(session=session, is_listed=True, state=RegistrationState.CONFIRMED)
    found = Organisation.objects.filter(pk__in=rows.values("organisation"))
    return list(found.order_by("name").values_list("name", "slug"))


def coming_names(session: Session) -> list[str]:
    """The names of the organisations that come, in their turn: five hundred of them are read as words, not as rows."""
    rows = Registration.objects.filter(session=session, state=RegistrationState.CONFIRMED).order_by("rank")
    return list(rows.values_list("organisation__name", flat=True))


def organisations_of(user: User) -> list[Organisation]:
    """The organisations this person may register: those whose sheets they keep."""
    rows = Membership.objects.filter(user=user, state=MembershipState.CONFIRMED).select_related("organisation")
    found = [row.organisation for row in rows.order_by("organisation__name")]
    kept = kept_organisations(user, [each.pk for each in found])
    return [each for each in found if each.pk in kept and each.status == Status.PUBLISHED]


def may_speak_for(user: User, organisation: Organisation) -> bool:
    """Whether this person may register an organisation, or answer for it: its own people, and who leads."""
    if leads(user):
        return True
    own = Membership.objects.filter(user=user, organisation=organisation, state=MembershipState.CONFIRMED)
    return user.is_contributor and user.is_active and own.exists()


def must_speak_for(user: User, organisation: Organisation) -> None:
    """Raises Refused("registration_not_yours") unless `may_speak_for`."""
    if not may_speak_for(user, organisation):
        raise Refused("registration_not_yours")


def is_member_of(user: object, session: Session) -> bool:
    """Whether a person reads the members' part of a session: who leads, and who speaks for an organisation that
    comes or was there."""
    if not isinstance(user, User):
        return False
    if leads(user):
        return True
    mine = [each.pk for each in organisations_of(user)]
    comes = Registration.objects.filter(
        session=session, organisation__in=mine, state__in=(RegistrationState.CONFIRMED, RegistrationState.WAITING)
    )
    return comes.exists() or Attendance.objects.filter(session=session, organisation__in=mine).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionCount:
    """A date, and how many organisations said what of it."""

    option: DateOption
    yes: int
    maybe: int
    no: int


def date_counts(session: Session) -> list[OptionCount]:
    """The dates of the poll in order, each with its answers counted, in one query."""
    rows = DateOption.objects.filter(session=session).annotate(
        said_yes=Count("answers", filter=Q(answers__value="yes")),
        said_maybe=Count("answers", filter=Q(answers__value="maybe")),
        said_no=Count("answers", filter=Q(answers__value="no")),
    )
    return [
        OptionCount(option=row, yes=row.said_yes, maybe=row.said_maybe, no=row.said_no)
        for row in rows.order_by("starts_at")
    ]
