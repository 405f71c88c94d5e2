"""Who takes part in the members' part of a session: by their account, or by the link of their registration."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.actors.models import Membership, MembershipState, Organisation
from maillage.core.errors import Refused, Unknown
from maillage.dialogue.models import Attendance, Registration, RegistrationState, Session
from maillage.dialogue.queries.leading import leads


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who asks. `user`: their account. `registration`: the one whose link they hold; an account counts first.

    A link opens what concerns the people it registered, and nothing else of their organisation. `is_leading`: whether
    they keep the space of dialogue.
    """

    session: Session
    user: User | None = None
    registration: Registration | None = None
    is_leading: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_leading", leads(self.user))

    @property
    def is_by_link(self) -> bool:
        """Whether only a link says who they are."""
        return self.user is None and self.registration is not None


def persons_of(member: Member) -> QuerySet[Attendance]:
    """Those who came, for whom this member answers: of their organisations, or of their registration alone."""
    rows = Attendance.objects.filter(session=member.session).order_by("id")
    if member.user is not None:
        mine = Membership.objects.filter(user=member.user, state=MembershipState.CONFIRMED).values("organisation")
        return rows.filter(organisation__in=mine)
    return rows.filter(registration=member.registration) if member.registration else rows.none()


def organisation_of(member: Member) -> Organisation | None:
    """The organisation for which they take part: one of theirs that came; None for others."""
    row = persons_of(member).select_related("organisation").first()
    return row.organisation if row else None


def takes_part(member: Member) -> bool:
    """Who leads, and who answers for someone who came; a link only while its registration is confirmed."""
    if member.is_leading:
        return True
    if member.is_by_link and (
        member.registration is None
        or member.registration.state != RegistrationState.CONFIRMED
        or member.registration.session_id != member.session.pk
    ):
        return False
    return persons_of(member).exists()


def must_take_part(member: Member) -> Member:
    """The same member, their registration read afresh. Raises Unknown("registration_link_unknown") when its link was
    replaced meanwhile, Refused("notes_not_yours") for who has no part in this session.
    """
    if member.is_by_link and member.registration is not None:
        current = Registration.objects.filter(pk=member.registration.pk).first()
        if current is None or not current.link_key or current.link_key != member.registration.link_key:
            raise Unknown("registration_link_unknown")
        member = Member(session=member.session, registration=current)
    if not takes_part(member):
        raise Refused("notes_not_yours")
    return member
