"""Who changes a published programme directly: those who keep it. The others propose."""

from __future__ import annotations

from collections.abc import Collection

from maillage.accounts.models import User
from maillage.actors.queries import kept_organisations
from maillage.core.errors import Refused
from maillage.core.vocabulary import Status
from maillage.inventory.models import OrganisationRole, Programme, ProgrammeOrganisation


def editable_among(user: User, rows: Collection[Programme]) -> frozenset[int]:
    """Which of these programmes (by key) a person changes directly; two queries, however many there are.

    Published ones carried by an organisation they keep; every published one for an animateur.
    """
    published = {row.pk for row in rows if row.status == Status.PUBLISHED}
    if user.is_animator:
        return frozenset(published)
    parts = ProgrammeOrganisation.objects.filter(programme__in=published, role=OrganisationRole.OPERATOR)
    carried = list(parts.values_list("programme_id", "organisation_id")) if user.is_contributor else []
    kept = kept_organisations(user, {organisation for _, organisation in carried}) if carried else frozenset()
    return frozenset(programme for programme, organisation in carried if organisation in kept)


def may_edit_programme(user: User, row: Programme) -> bool:
    """Whether this person changes this published sheet directly, instead of proposing a correction."""
    return row.pk in editable_among(user, [row])


def check_may_edit(user: User, row: Programme) -> None:
    """Raises Refused("keepers_only")."""
    if not may_edit_programme(user, row):
        raise Refused("keepers_only")
