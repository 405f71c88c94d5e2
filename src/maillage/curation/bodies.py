"""Which of our organisations a list of local bodies speaks of: by what was decided, its number, else name and place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q, QuerySet

from maillage.actors.models import Organisation
from maillage.core.dedup.actors import plain_name, plain_street, plain_telephone
from maillage.core.records import OrganisationRecord
from maillage.core.wording import because
from maillage.curation.matching import Match
from maillage.curation.models import Proposal, ProposalKind, ProposalState
from maillage.harvest.models import HarvestRun, ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """One of ours, in the spelling that is compared."""

    key: int
    slug: str
    name: str
    seat: str
    telephone: str
    street: str
    origin: tuple[str, str]
    network: str


@dataclass
class BodyMatcher:
    """Finds our organisations for the records of one run; none is given twice, the second is doubtful.

    In order: the one an earlier proposal of this source was accepted for, (origin, origin_id), and in the same network
    the one of the same slug; then name, commune and telephone together; then, doubtful, name and commune alone. A
    number borne here by a body of another name in another commune is doubtful too.
    """

    run: HarvestRun
    claimed: set[int] = field(default_factory=set)
    _by_key: dict[int, _Body] = field(default_factory=dict)
    _by_slug: dict[str, _Body] = field(default_factory=dict)
    _by_origin: dict[tuple[str, str], _Body] = field(default_factory=dict)
    _by_place: dict[tuple[str, str], list[_Body]] = field(default_factory=dict)
    _into: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        here = Proposal.objects.filter(run=self.run).exclude(organisation=None)
        repeated = self.run.items.filter(state=ItemState.SKIPPED).values("origin_id")
        earlier = self._spoken_of().filter(origin_id__in=repeated)
        claimed = [*here.values_list("organisation_id", flat=True), *earlier.values_list("organisation_id", flat=True)]
        self.claimed = {key for key in claimed if key}
        asleep = Organisation.objects.exclude(merged_into=None).values_list("pk", "merged_into_id")
        self._into = {key: into for key, into in asleep if into}
        found: dict[tuple[str, str], list[_Body]] = defaultdict(list)
        fields = ("pk", "slug", "name", "seat__code", "phone", "address", "origin", "origin_id", "network__slug")
        for key, slug, name, seat, phone, address, *named, network in Organisation.objects.values_list(*fields):
            body = _Body(
                key=key,
                slug=slug,
                name=plain_name(name),
                seat=seat or "",
                telephone=plain_telephone(phone),
                street=plain_street(address),
                origin=(named[0], named[1]),
                network=network or "",
            )
            self._by_key[key] = self._by_slug[slug] = self._by_origin[body.origin] = body
            if body.seat:
                found[body.name, body.seat].append(body)
        self._by_place = dict(found)

    def matches(self, records: Sequence[OrganisationRecord]) -> list[Match]:
        """One match per record, in order."""
        decided = self.decided([record.origin_id for record in records])
        return [self._settled(self._match(record, decided)) for record in records]

    def decided(self, names: Sequence[str]) -> Mapping[str, int]:
        """Our organisations that this source already spoke of, by its identifier."""
        told = self._spoken_of().filter(origin_id__in=names).order_by("id")
        return {name: key for name, key in told.values_list("origin_id", "organisation_id") if key}

    def _spoken_of(self) -> QuerySet[Proposal]:
        """What this source said of bodies we have, accepted or sure and waiting."""
        sure = Q(state=ProposalState.PENDING, kind__in=[ProposalKind.UPDATE, ProposalKind.GONE])
        rows = Proposal.objects.filter(source=self.run.source).exclude(organisation=None)
        return rows.filter(Q(state=ProposalState.ACCEPTED) | sure)

    def _match(self, record: OrganisationRecord, decided: Mapping[str, int]) -> Match:
        known = self._by_key.get(decided.get(record.origin_id, 0))
        known = known or self._by_origin.get((record.origin, record.origin_id))
        if known:
            return Match(key=known.key, reasons=(because("matched_by_origin"),))
        same = self._by_slug.get(record.slug)
        if same and record.network and same.network == record.network:
            if same.name != plain_name(record.name) and same.seat != record.seat:
                return Match(key=same.key, reasons=(because("body_number_reused"),), is_sure=False)
            return Match(key=same.key, reasons=(because("matched_by_origin"),))
        return self._named(record)

    def _named(self, record: OrganisationRecord) -> Match:
        """By name and commune, in the same network when both have one."""
        street, telephone = plain_street(record.address), plain_telephone(record.phone)
        here = [
            body
            for body in self._by_place.get((plain_name(record.name), record.seat), ())
            if not (body.network and record.network and body.network != record.network)
        ]
        sure = [
            body
            for body in here
            if telephone and body.telephone == telephone and (not body.street or body.street == street)
        ]
        if len(sure) == 1:
            return Match(key=sure[0].key, reasons=(because("body_same_name_place_phone"),))
        if here:
            return Match(key=here[0].key, reasons=(because("body_same_name_place"),), is_sure=False)
        return Match()

    def _settled(self, match: Match) -> Match:
        key = match.key
        while key in self._into:
            key = self._into[key]
        if key and key in self.claimed:
            return Match(key=key, reasons=(because("twice_in_file"),), is_sure=False)
        if key:
            self.claimed.add(key)
        return replace(match, key=key)
