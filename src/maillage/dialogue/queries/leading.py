"""Who keeps the cycles and the calendar of the space of dialogue today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Exists, F, OuterRef

from maillage.accounts.models import User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.dialogue.models import GovernanceRole, LeadRight, RoleKind

_told: ContextVar[dict[int, bool] | None] = ContextVar("leads", default=None)


@contextmanager
def leading_once() -> Iterator[None]:
    """Meanwhile, `leads` asks the database once per person: for a page that only reads, and asks it five times."""
    before = _told.set({})
    try:
        yield
    finally:
        _told.reset(before)


def leads(user: object) -> bool:
    """Whether this person keeps the cycles, the sessions and what they leave.

    Those who hold a right that runs, while they are confirmed members of the organisation it comes from. An animateur
    of the house too, unless a relay took their right away: then only a new right gives it back. One query.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    told = _told.get()
    if told is None:
        return _leads(user)
    if user.pk not in told:
        told[user.pk] = _leads(user)
    return told[user.pk]


def _leads(user: User) -> bool:
    rows = list(
        LeadRight.objects.filter(user=user).annotate(is_member=_is_member()).values_list("until_on", "is_member")
    )
    if any(until is None and is_member for until, is_member in rows):
        return True
    return user.is_animator and not rows


def lead_organisation() -> Organisation | None:
    """The organisation that leads the space today."""
    row = GovernanceRole.objects.filter(kind=RoleKind.LEAD, is_over=False).select_related("organisation").first()
    return row.organisation if row else None


def lead_rights() -> list[tuple[LeadRight, bool]]:
    """Every right ever held, those that run first, and whether its holder still is a member."""
    rows = LeadRight.objects.select_related("user", "organisation").annotate(is_member=_is_member())
    return [(row, row.is_member) for row in rows.order_by(F("until_on").desc(nulls_first=True), "-since_on", "id")]


def confirmed_members(organisation: Organisation) -> list[User]:
    """The people confirmed as working for an organisation, whose account may still act."""
    rows = Membership.objects.filter(organisation=organisation, state=MembershipState.CONFIRMED, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("user_id")]


def _is_member() -> Exists:
    """Whether the holder of a right is still a confirmed member of its organisation."""
    return Exists(
        Membership.objects.filter(
            user=OuterRef("user"), organisation=OuterRef("organisation"), state=MembershipState.CONFIRMED
        )
    )
