"""Reads of organisations."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import QuerySet

from maillage.accounts.models import Event, User
from maillage.actors.models import Membership, MembershipState, Network, Organisation
from maillage.core.records import OrganisationRecord
from maillage.core.vocabulary import Status

ORGANISATION = "organisation"
"""The `target_type` of an organisation's events; the key is its uid."""

PLAIN_FIELDS = (
    "slug name acronym kind echelon siren siret rna description website phone address opening source_url source_name "
    "licence origin origin_id as_of verified_on status"
).split()


def organisation_record(row: Organisation) -> OrganisationRecord:
    """The sheet as a frozen value. Cheap on a row of `whole_organisations`."""
    return OrganisationRecord(
        **{name: getattr(row, name) for name in PLAIN_FIELDS},
        uid=str(row.uid),
        natures=tuple(row.natures),
        levers=tuple(row.levers),
        funding_origins=tuple(row.funding_origins),
        network=row.network.slug if row.network else "",
        seat=row.seat.code if row.seat else "",
        zones=tuple(sorted(zone.code for zone in row.zones.all())),
        competences=tuple(sorted(item.code for item in row.competences.all())),
    )


def whole_organisations(base: QuerySet[Organisation] | None = None) -> QuerySet[Organisation]:
    """Organisations with all that a record needs, in a number of queries that does not grow with the rows."""
    rows = Organisation.objects.all() if base is None else base
    return rows.select_related("network", "seat").prefetch_related("zones", "competences")


def awake_organisation(row: Organisation) -> Organisation:
    """The organisation itself, or the one it was merged into, through as many merges as there were."""
    while row.merged_into:
        row = row.merged_into
    return row


def published_organisations() -> QuerySet[Organisation]:
    """What the public sees."""
    return Organisation.objects.filter(status=Status.PUBLISHED.value)


def network_zones() -> dict[str, frozenset[str]]:
    """For each network, the codes of the territories that its published members serve."""
    rows = published_organisations().exclude(network=None).values_list("network__slug", "zones__code")
    found: dict[str, set[str]] = {}
    for slug, code in rows:
        if code:
            found.setdefault(slug, set()).add(code)
    return {slug: frozenset(codes) for slug, codes in found.items()}


def told_since(records: Iterable[OrganisationRecord]) -> frozenset[str]:
    """The slugs of those of which another source told something as recent, or more: an older word changes nothing."""
    asked = {record.slug: (record.as_of, record.source_name) for record in records}
    rows = Organisation.objects.exclude(as_of=None).values_list("slug", "as_of", "source_name")
    return frozenset(
        slug
        for slug, day, source in rows.iterator(chunk_size=5000)
        if (said := asked.get(slug)) and said[0] and day and day >= said[0] and source != said[1]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A local body as an answer names it. `zones`: of the territories asked about, those it serves."""

    slug: str
    name: str
    network: str
    phone: str
    website: str
    seat: str
    seat_name: str
    zones: tuple[str, ...] = ()


def members_serving(networks: Iterable[str], zones: Iterable[str]) -> list[Member]:
    """The published members of these networks that serve one of these territories, in the order of their names."""
    wanted, served = frozenset(networks), _served(tuple(dict.fromkeys(zones)))
    found: dict[tuple[str, int], Member] = {}
    for zone in sorted(served):
        for key, member in served[zone]:
            if member.network in wanted:
                known = found.get((member.name, key), member)
                found[member.name, key] = replace(known, zones=(*known.zones, zone))
    return [found[place] for place in sorted(found)]


Change = tuple[object, ...]
Served = Mapping[str, Sequence[tuple[int, Member]]]
"""Territory → the published bodies that serve it, each with its key; their `zones` left empty."""

KEPT_ZONES, KEPT_S = 5000, 60
"""Territories whose bodies a process keeps, some 10 MB; and how long, for the writes that commit in another order."""

_kept: tuple[Change, dict[str, Sequence[tuple[int, Member]]]] = ((), {})


def _served(zones: Sequence[str]) -> Served:
    """Who serves each of these territories, read once until an organisation changes: 5 ms of an answer otherwise."""
    global _kept
    rows = Event.objects.filter(target_type=ORGANISATION).order_by("-id").values_list("id", "at", "target_key")
    change = (connection.alias, rows.first(), time.monotonic() // KEPT_S)
    if _kept[0] != change or len(_kept[1]) > KEPT_ZONES:
        _kept = (change, {})
    kept = _kept[1]
    if missing := [zone for zone in zones if zone not in kept]:
        kept.update(_read_served(missing))
    return {zone: kept[zone] for zone in zones}


def _read_served(zones: Sequence[str]) -> dict[str, list[tuple[int, Member]]]:
    # From the place to its bodies, sifted here: asked in one query, or by network and status too, SQLite reads every
    # organisation (13 and 4 ms instead of 2, measured with 7 700 members).
    served = Organisation.zones.through.objects.filter(territory__code__in=zones)
    pairs = list(served.values_list("organisation", "territory__code"))
    rows = Organisation.objects.filter(pk__in={key for key, _ in pairs}).values_list(*_OF_A_MEMBER)
    members = {
        key: Member(
            slug=slug,
            name=name,
            network=network,
            phone=phone,
            website=website,
            seat=seat or "",
            seat_name=seat_name or "",
        )
        for name, key, slug, network, status, phone, website, seat, seat_name in rows
        if status == Status.PUBLISHED.value and network
    }
    found: dict[str, list[tuple[int, Member]]] = {zone: [] for zone in zones}
    for key, zone in pairs:
        if key in members:
            found[zone].append((key, members[key]))
    return found


_OF_A_MEMBER = ("name", "pk", "slug", "network__slug", "status", "phone", "website", "seat__code", "seat__name")


def network_labels() -> dict[str, str]:
    """The name of each network, by slug, in alphabetical order."""
    return dict(Network.objects.order_by("name").values_list("slug", "name"))


def keepers_of(organisations: Iterable[int]) -> dict[int, list[User]]:
    """Who keeps the sheets of each of these organisations (by key): confirmed, active, and still contributors."""
    rows = Membership.objects.filter(organisation__in=organisations, state=MembershipState.CONFIRMED)
    found: dict[int, list[User]] = {}
    for row in rows.filter(user__is_active=True).select_related("user").order_by("id"):
        if row.user.is_contributor:
            found.setdefault(row.organisation_id, []).append(row.user)
    return found


def kept_organisations(user: User, organisations: Iterable[int]) -> frozenset[int]:
    """Which of these organisations (by key) a person keeps the sheets of; every one for an animateur."""
    wanted = frozenset(organisations)
    if user.is_animator or not (user.is_contributor and user.is_active):
        return wanted if user.is_animator else frozenset()
    rows = Membership.objects.filter(user=user, organisation__in=wanted, state=MembershipState.CONFIRMED)
    return frozenset(rows.values_list("organisation_id", flat=True))


def may_edit_organisation(user: User, row: Organisation) -> bool:
    """Whether this person changes this published sheet directly, instead of proposing a correction."""
    return row.status == Status.PUBLISHED and row.pk in kept_organisations(user, [row.pk])


def memberships_of(user: User) -> QuerySet[Membership]:
    """The organisations a person says they work for, with what was decided."""
    return Membership.objects.filter(user=user).select_related("organisation").order_by("organisation__name", "id")


def memberships_to_confirm() -> QuerySet[Membership]:
    """The people who say they work for an organisation and whom nobody confirmed yet, the oldest first."""
    rows = Membership.objects.filter(state=MembershipState.ASKED)
    return rows.select_related("organisation", "user").order_by("created_at", "id")
