"""Reads of syntheses, amendments, and what sessions spoke of."""

from __future__ import annotations

from django.utils import timezone

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.vocabulary import Status
from maillage.dialogue.models import Attendance, Citation, Cycle, Session, Synthesis, SynthesisState
from maillage.dialogue.queries.leading import leads
from maillage.dialogue.queries.taking_part import is_member_of, organisations_of
from maillage.inventory.models import Need, NeedOrigin


def citations_of(session: Session) -> list[Citation]:
    """What a session spoke of, as it stood that day."""
    return list(Citation.objects.filter(session=session).order_by("id"))


def signalled_gaps(*, limit: int) -> list[Need]:
    """The gaps last signalled and reviewed, the newest first: what a session may start from."""
    rows = Need.objects.filter(status=Status.PUBLISHED.value, origin=NeedOrigin.GAP).select_related("territory")
    return list(rows.order_by("-created_at")[:limit])


def seen_synthesis(session: Session, user: object) -> Synthesis | None:
    """The synthesis, when this person may read it: everyone once frozen, members while it is amended, animateurs
    always."""
    row = Synthesis.objects.filter(session=session).first()
    if row is None or row.state == SynthesisState.FROZEN:
        return row
    if leads(user):
        return row
    return row if row.state == SynthesisState.AMENDING and is_member_of(user, session) else None


def may_amend_for(user: object, synthesis: Synthesis) -> list[Organisation]:
    """The organisations for which a person may amend: theirs, that were there, while amendments are open."""
    if not isinstance(user, User) or synthesis.state != SynthesisState.AMENDING or is_too_late(synthesis):
        return []
    there = set(Attendance.objects.filter(session=synthesis.session).values_list("organisation_id", flat=True))
    if leads(user):
        return list(Organisation.objects.filter(pk__in=there).order_by("name"))
    return [each for each in organisations_of(user) if each.pk in there]


def is_too_late(synthesis: Synthesis) -> bool:
    """Whether the last day of amendments is over."""
    return synthesis.amend_until is not None and timezone.localdate() > synthesis.amend_until


def compiled_syntheses(cycle: Cycle) -> list[Synthesis]:
    """The frozen syntheses of a cycle, by session."""
    rows = Synthesis.objects.filter(session__cycle=cycle, state=SynthesisState.FROZEN).select_related("session")
    return list(rows.order_by("session__number"))
