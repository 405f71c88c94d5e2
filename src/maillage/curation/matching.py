"""Which of our sheets a source's sheet speaks of: by what was decided, its identifiers, else its title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from maillage.core.records import ProgrammeRecord
from maillage.core.text import fold
from maillage.core.wording import Reason, because
from maillage.curation.likeness import Alike, made_by
from maillage.curation.models import Proposal, ProposalKind, ProposalState
from maillage.curation.resemblance import awake_programmes
from maillage.harvest.models import HarvestRun
from maillage.harvest.queries import is_first_of_source
from maillage.inventory.models import Programme, ProgrammeOrganisation
from maillage.inventory.queries import programmes_told


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Our sheet, if we have it, and why we think so. `is_sure`: False when a person must say.

    `through`: the sheet the source knows, when it was merged into ours.
    """

    key: int = 0
    through: int = 0
    reasons: tuple[Reason, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class _Titled:
    key: int
    origin: str
    slug: str


@dataclass
class Matcher:
    """Finds our sheets for the records of one run.

    In order: the sheet an earlier proposal of this source was accepted for, (origin, origin_id), uid; what another
    file of the same origin left doubtful; then, where titles identify in the source, the only sheet of that origin
    with this title; then, doubtful, a sheet of another origin with the same title and an operator in common, or none
    on either side; then, doubtful, the one that `alike` names.
    """

    run: HarvestRun
    titles_identify: bool
    alike: Mapping[str, Alike] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)
    _titles: dict[str, list[_Titled]] = field(default_factory=dict)
    _awake: dict[int, int] = field(default_factory=dict)
    _uids: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        earlier = Proposal.objects.filter(run=self.run).exclude(programme=None).exclude(kind=ProposalKind.NEW)
        self.claimed = {key for key in earlier.values_list("programme_id", flat=True) if key}
        found: dict[str, list[_Titled]] = defaultdict(list)
        self._awake = awake_programmes()
        named = Programme.objects.filter(uid__in={one.uid for one in self.alike.values()})
        self._uids = {str(uid): key for uid, key in named.values_list("uid", "id")}
        sheets = Programme.objects.filter(merged_into=None).exclude(pk__in=made_by(self.run).values("pk"))
        rows = sheets.order_by("id").values_list("id", "title", "origin", "slug")
        for key, title, origin, slug in rows.iterator(chunk_size=5000):
            found[_key(title)].append(_Titled(key, origin, slug))
        self._titles = dict(found)

    def matches(self, records: Sequence[ProgrammeRecord]) -> list[Match]:
        """One match per record, in order. No sheet of ours is given twice in a run: the second is doubtful."""
        decided, waiting = self._decided(records), self._waiting(records)
        by_origin, by_uid = _identified(records)
        candidates = {key for record in records for key in (named.key for named in self._named(record))}
        operators = _operators_of(candidates)
        spoken_for = self._spoken_for(candidates) if self.titles_identify else frozenset()
        found = []
        for record in records:
            match = _sure(record, decided, by_origin, by_uid) or waiting.get((record.origin, record.origin_id))
            match = match or self._titled(record, operators, spoken_for)
            if match.key in self.claimed and match.key:
                match = Match(key=match.key, reasons=(because("twice_in_file"),), is_sure=False)
            if match.key:
                self.claimed.add(match.key)
            found.append(self._roused(match))
        return found

    def _roused(self, match: Match) -> Match:
        """The match, led to the sheet that its own was merged into."""
        awake = self._awake.get(match.key)
        return replace(match, key=awake, through=match.key) if awake else match

    def _named(self, record: ProgrammeRecord) -> list[_Titled]:
        return self._titles.get(_key(record.title), [])

    def _decided(self, records: Sequence[ProgrammeRecord]) -> dict[str, int]:
        """Sheets that earlier proposals of this source were accepted for, by the source's identifier."""
        if is_first_of_source(self.run):
            return {}
        names = [record.origin_id for record in records]
        rows = Proposal.objects.filter(source=self.run.source, origin_id__among=names, state=ProposalState.ACCEPTED)
        return {name: key for name, key in rows.order_by("id").values_list("origin_id", "programme_id") if key}

    def _waiting(self, records: Sequence[ProgrammeRecord]) -> dict[tuple[str, str], Match]:
        """What another file of the same origin said of these sheets, and that waits for a person: as doubtful here."""
        names = [record.origin_id for record in records]
        rows = Proposal.objects.filter(origin_id__among=names, state=ProposalState.PENDING, kind=ProposalKind.DOUBTFUL)
        said = rows.exclude(source=self.run.source).values_list(
            "record__origin", "origin_id", "programme_id", "reasons"
        )
        return {
            (origin, name): Match(
                key=key or 0, reasons=tuple(because(code, **facts) for code, facts in told), is_sure=False
            )
            for origin, name, key, told in said
        }

    def _spoken_for(self, keys: Iterable[int]) -> frozenset[int]:
        """Among these sheets, those that this source already gave under another identifier."""
        rows = Proposal.objects.filter(source=self.run.source, programme__in=keys, state=ProposalState.ACCEPTED)
        return frozenset(key for key in rows.values_list("programme_id", flat=True) if key)

    def _titled(
        self, record: ProgrammeRecord, operators: dict[int, frozenset[str]], spoken_for: frozenset[int]
    ) -> Match:
        named = self._named(record)
        if self.titles_identify:
            inside = [one for one in named if one.origin == record.origin and one.key not in spoken_for]
            if len(inside) == 1:
                return Match(key=inside[0].key, reasons=(because("matched_by_title"),))
            if inside:
                return Match(reasons=(because("title_several_times"),), is_sure=False)
        mine = frozenset(ref.slug for ref in record.operators)
        for one in named:
            theirs = operators.get(one.key, frozenset())
            if one.origin != record.origin and (mine & theirs or not (mine or theirs)):
                return Match(key=one.key, reasons=(because("same_title", slug=one.slug),), is_sure=False)
        like = self.alike.get(record.origin_id)
        key = self._uids.get(like.uid, 0) if like else 0
        return Match(key=key, reasons=like.reasons, is_sure=False) if like and key else Match()


def _sure(
    record: ProgrammeRecord, decided: dict[str, int], by_origin: dict[tuple[str, str], int], by_uid: dict[str, int]
) -> Match | None:
    key = decided.get(record.origin_id) or by_origin.get((record.origin, record.origin_id))
    if key:
        return Match(key=key, reasons=(because("matched_by_origin"),))
    key = by_uid.get(record.uid) if record.uid else None
    return Match(key=key, reasons=(because("matched_by_uid"),)) if key else None


def _identified(records: Sequence[ProgrammeRecord]) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Our sheets by (origin, origin_id) and by uid."""
    origins = {record.origin for record in records}
    names = [record.origin_id for record in records]
    rows = programmes_told(origins=origins, names=names).values_list("origin", "origin_id", "id")
    by_origin = {(origin, name): key for origin, name, key in rows}
    uids = [record.uid for record in records if record.uid]
    by_uid = {str(uid): key for uid, key in Programme.objects.filter(uid__among=uids).values_list("uid", "id")}
    return by_origin, by_uid


def _operators_of(keys: Iterable[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = ProgrammeOrganisation.objects.filter(programme__in=list(keys))
    for key, slug in rows.values_list("programme_id", "organisation__slug"):
        found[key].add(slug)
    return {key: frozenset(slugs) for key, slugs in found.items()}


def _key(title: str) -> str:
    return " ".join(fold(title).split())
