"""Reads of proposed links: lists, who may speak for which side, what changed since they were computed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from maillage.accounts.memory import kept_until
from maillage.accounts.models import Event, User, Verb
from maillage.accounts.queries import history_of, states_on
from maillage.actors.queries import ORGANISATION, kept_organisations
from maillage.articulation.models import Confirmation, ProposalState, ProposedLink, Side
from maillage.core.network.clues import Clue
from maillage.core.network.gain import Gain
from maillage.core.records import link_from_plain
from maillage.core.vocabulary import Status
from maillage.core.wording import Reason
from maillage.inventory.models import Articulation, OrganisationRole, ProgrammeOrganisation
from maillage.inventory.queries import ARTICULATION, GRANTS, PROGRAMME

PROPOSED = "proposed_link"
"""The `target_type` of the events of a proposed link; the key is its uid."""
NETWORK = "network"
"""The `target_type` of the computations of missing links; the key says which."""
FOLLOWED = (PROGRAMME, ARTICULATION, ORGANISATION, GRANTS, PROPOSED, "need", "study")
"""What missing links are made of: a change of one of these asks for a new computation."""


def proposals() -> QuerySet[ProposedLink]:
    """Proposed links between published offers, those that would gain most first, with their two ends."""
    published = Q(origin__status=Status.PUBLISHED.value, target__status=Status.PUBLISHED.value)
    rows = ProposedLink.objects.filter(published).select_related("origin", "target")
    return rows.order_by("-gain", "-strength", "id")


def open_proposals(*, theme: str = "", kind: str = "", place: Iterable[str] = ()) -> QuerySet[ProposedLink]:
    """The links that wait for their sides. `theme`: a category or theme label both ends treat; `place`: codes of the
    zones that contain a place, one of which both ends serve."""
    rows = proposals().filter(state=ProposalState.OPEN)
    if theme:
        for end in ("origin", "target"):
            treats = Q(**{f"{end}__categories__theme__label": theme})
            rows = rows.filter(pk__in=ProposedLink.objects.filter(treats).values("pk"))
    if kind:
        rows = rows.filter(kind=kind)
    if zones := list(place):
        for end in ("origin", "target"):
            for is_left_out in (False, True):
                there = Q(**{f"{end}__zones__territory__code__in": zones, f"{end}__zones__excluded": is_left_out})
                found = Q(pk__in=ProposedLink.objects.filter(there).values("pk"))
                rows = rows.exclude(found) if is_left_out else rows.filter(found)
    return rows


def waiting_halfway() -> QuerySet[ProposedLink]:
    """Links that one side confirmed and the other has not yet, the oldest first."""
    said = Confirmation.objects.values("link")
    return proposals().filter(state=ProposalState.OPEN, pk__in=said).order_by("created_at", "id")


def proposal(uid: uuid.UUID) -> ProposedLink | None:
    """The proposed link of this address, whatever became of it."""
    return ProposedLink.objects.select_related("origin", "target").filter(uid=uid).first()


def stated(uid: uuid.UUID) -> Articulation | None:
    """The articulation between two offers of this address."""
    rows = Articulation.objects.filter(uid=uid, from_programme__isnull=False)
    return rows.select_related("from_programme", "to_programme").first()


def clues_of(row: ProposedLink) -> tuple[Clue, ...]:
    """Why the data suggests this link."""
    return tuple(Clue(Reason(code, tuple(facts.items())), points) for code, facts, points in row.clues)


def gain_of(row: ProposedLink) -> Gain:
    """What this link would mend, and what is asked for there."""
    return Gain(cells=row.cells, communes=row.communes, total=row.mended, demand=row.demand)


def history(uid: uuid.UUID) -> list[Event]:
    """What people did about this link, before and after it was declared, the newest first."""
    found = [event for kind in (PROPOSED, ARTICULATION) for event in history_of(target_type=kind, target_key=str(uid))]
    return sorted(found, key=lambda event: (event.at, event.pk), reverse=True)


def carriers(programmes: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Keys of the organisations that speak for each of these offers: those that carry it, else all those it names."""
    rows = ProgrammeOrganisation.objects.filter(programme__in=list(programmes)).order_by("position", "id")
    parts: dict[int, list[tuple[str, int]]] = {}
    for programme, role, organisation in rows.values_list("programme_id", "role", "organisation_id"):
        parts.setdefault(programme, []).append((role, organisation))
    return {
        programme: tuple(key for role, key in named if role == OrganisationRole.OPERATOR)
        or tuple(key for _, key in named)
        for programme, named in parts.items()
    }


@dataclass(frozen=True, slots=True)
class Voice:
    """A side a person speaks for, and the organisation they do it for; None when the animation does."""

    side: Side
    organisation: int | None


def voices(user: object, links: Sequence[tuple[int, int]]) -> list[tuple[Voice, ...]]:
    """For each link (keys of its two offers), the sides this person may speak for. Three queries, whatever the number.

    Someone of an organisation speaks for its offers; an animateur for both sides.
    """
    if not isinstance(user, User) or not (user.is_active and user.is_contributor):
        return [() for _ in links]
    carried = carriers({key for ends in links for key in ends})
    asked = {key for keys in carried.values() for key in keys}
    kept = asked if user.is_animator else kept_organisations(user, asked)

    def voice(side: Side, programme: int) -> Voice | None:
        if user.is_animator:
            return Voice(side, None)
        mine = [key for key in carried.get(programme, ()) if key in kept]
        return Voice(side, mine[0]) if mine else None

    return [
        tuple(found for side, key in ((Side.ORIGIN, ends[0]), (Side.TARGET, ends[1])) if (found := voice(side, key)))
        for ends in links
    ]


def body_voices(user: object, link: Articulation) -> tuple[Voice, ...]:
    """The sides of a link between two organisations that this person may speak for; an animateur for both."""
    if not isinstance(user, User) or not (user.is_active and user.is_contributor):
        return ()
    ends = {Side.ORIGIN: link.from_organisation_id, Side.TARGET: link.to_organisation_id}
    if user.is_animator:
        return tuple(Voice(side, None) for side in ends)
    kept = kept_organisations(user, [key for key in ends.values() if key is not None])
    return tuple(Voice(side, key) for side, key in ends.items() if key in kept)


def between_bodies(uid: uuid.UUID) -> Articulation | None:
    """The standing articulation between two organisations of this address."""
    rows = Articulation.objects.exclude(level="REFUSED").filter(from_organisation__isnull=False)
    return rows.select_related("from_organisation", "to_organisation").filter(uid=uid).first()


def is_stale() -> bool:
    """Whether something changed since missing links were last computed, or they never were."""
    last = Event.objects.filter(target_type=NETWORK).order_by("-id").values_list("id", flat=True).first()
    if last is None:
        return True
    return Event.objects.filter(target_type__in=FOLLOWED, id__gt=last).exists()


@kept_until(NETWORK)
def last_computed() -> Event | None:
    """The last computation of missing links: when, and its figures in `facts`."""
    return Event.objects.filter(target_type=NETWORK).order_by("-id").first()


def settled_pairs() -> set[tuple[int, int]]:
    """Pairs of offers (keys, both orders) that a person refused for ever, under any kind."""
    rows = ProposedLink.objects.filter(state=ProposalState.REFUSED).values_list("origin_id", "target_id")
    refused = Articulation.objects.filter(from_programme__isnull=False, level="REFUSED")
    pairs = {*rows, *refused.values_list("from_programme_id", "to_programme_id")}
    return {pair for left, right in pairs for pair in ((left, right), (right, left))}


def refused_on(day: dt.date) -> set[tuple[str, str]]:
    """Pairs of slugs of offers that a person had refused by the end of a day, under any kind."""
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    said = Event.objects.filter(target_type=PROPOSED, verb=Verb.REMOVED, at__lt=end).values_list(
        "target_key", flat=True
    )
    rows = ProposedLink.objects.filter(uid__in=list(said)).values_list("origin__slug", "target__slug")
    links = (link_from_plain(plain) for plain, _ in states_on(target_type=ARTICULATION, day=day))
    stated = {(link.origin, link.target) for link in links if link.level == "REFUSED" and link.between == "programme"}
    return {*rows, *stated}


def declared_pairs() -> list[tuple[str, str]]:
    """Slugs of the offers that a standing articulation links."""
    rows = Articulation.objects.exclude(level="REFUSED").filter(from_programme__isnull=False)
    return list(rows.values_list(F("from_programme__slug"), F("to_programme__slug")))
