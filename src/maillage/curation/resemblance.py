"""What the duplicate engine reads of our sheets, and of those a source brings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from maillage.actors.models import Organisation
from maillage.core.dedup import ActorSheet, Known, Pair, Sheet, Verdict
from maillage.core.records import ProgrammeRecord
from maillage.core.text import fold
from maillage.core.vocabulary import Status
from maillage.core.wording import Reason
from maillage.curation.merging import merge_rules
from maillage.curation.models import DuplicateVerdict, SheetKind
from maillage.inventory.models import Programme, ProgrammeOrganisation, ProgrammeZone

COMPARED = (Status.REVIEW.value, Status.PUBLISHED.value, Status.ARCHIVED.value)
"""Whose twins are looked for: neither a draft, which is its author's, nor what sleeps in another sheet."""

Key = TypeVar("Key", int, str)

TEXT_READ = 1500
"""Characters of a text handed to the engine; it reads fewer."""


def sheet_of_record(record: ProgrammeRecord, *, key: str) -> Sheet:
    """What the engine reads of a sheet that a source brings."""
    return Sheet(
        key=key,
        title=record.title,
        text=_text(record.promise, record.description),
        source=record.origin,
        operator=" ".join(ref.name for ref in record.operators if ref.role == "operator"),
        zones=record.zones,
        opens_on=record.opens_on,
        closes_on=record.closes_on,
        address=record.source_url,
    )


def programme_sheets() -> list[Sheet]:
    """Our programmes, in three queries."""
    rows = Programme.objects.filter(status__in=COMPARED).order_by("id")
    named, placed = _names(), _places()
    fields = ("id", "uid", "title", "promise", "description", "origin", "opens_on", "closes_on", "source_url")
    return [
        Sheet(
            key=str(uid),
            title=title,
            text=_text(promise, description),
            source=origin,
            operator=named.get(key, ""),
            zones=placed.get(key, ()),
            opens_on=opens,
            closes_on=closes,
            address=address,
        )
        for key, uid, title, promise, description, origin, opens, closes, address in rows.values_list(*fields).iterator(
            chunk_size=2000
        )
    ]


def actor_sheets() -> list[ActorSheet]:
    """Our organisations, in two queries."""
    placed: dict[int, list[str]] = defaultdict(list)
    through = Organisation.zones.through.objects.order_by("organisation", "territory__code")
    for key, code in through.values_list("organisation_id", "territory__code").iterator(chunk_size=5000):
        placed[key].append(code)
    rows = Organisation.objects.filter(status__in=COMPARED).select_related("seat").order_by("id")
    return [
        ActorSheet(
            key=str(row.uid),
            name=row.name,
            acronym=row.acronym,
            kind=row.kind,
            source=row.origin,
            address=row.address,
            telephone=row.phone,
            website=row.website,
            zones=(row.seat.code,) if row.seat else tuple(placed.get(row.pk, ())),
            identifiers=tuple(f"{name}:{value}" for name in ("siren", "siret", "rna") if (value := getattr(row, name))),
        )
        for row in rows.iterator(chunk_size=2000)
    ]


def is_worth_asking(left: Sheet, right: Sheet) -> bool:
    """False for two neighbouring lines of one list, which whoever keeps the list thinks distinct."""
    if not left.source or left.source != right.source or not merge_rules().only_same_title:
        return True
    return fold(left.title).split() == fold(right.title).split()


def known_verdicts(*, kind: str, awake: Mapping[str, str]) -> Known:
    """What people said of pairs, said of the sheets awake today: « not a duplicate » follows a merge."""
    rows = DuplicateVerdict.objects.filter(kind=kind).exclude(human="").order_by("decided_at", "id")
    said: dict[frozenset[str], Verdict] = {}
    for left, right, human in rows.values_list("left", "right", "human"):
        pair = frozenset((awake.get(left, left), awake.get(right, right)))
        if len(pair) == 2:
            said[pair] = Verdict(human)
    return said


def awake_uids(*, kind: str) -> dict[str, str]:
    """For each sleeping sheet's uid, the uid of the one its address leads to."""
    model = Programme if kind == SheetKind.PROGRAMME else Organisation
    rows = model.objects.exclude(merged_into=None).values_list("uid", "merged_into__uid")
    into = {str(key): str(to) for key, to in rows}
    return {key: _end(key, into) for key in into}


def awake_programmes() -> dict[int, int]:
    """For each sleeping programme, the one its address leads to, through as many merges as there were."""
    into = dict(Programme.objects.exclude(merged_into=None).values_list("pk", "merged_into_id"))
    return {key: _end(key, into) for key in into}


def told_reasons(pair: Pair) -> list[list[object]]:
    """The table of a pair as it is kept: code, facts, points, the strongest first."""
    return [[clue.reason.code, dict(clue.reason.facts), round(clue.points, 2)] for clue in pair.clues]


def read_reasons(kept: Iterable[list[object]]) -> list[tuple[Reason, float]]:
    """The table of a pair, read back."""
    found = []
    for code, facts, points in kept:
        said = facts if isinstance(facts, dict) else {}
        found.append((Reason(str(code), tuple(said.items())), float(str(points))))
    return found


def _end(key: Key, into: Mapping[Key, Key]) -> Key:
    while key in into:
        key = into[key]
    return key


def _text(promise: str, description: str) -> str:
    return f"{promise} {description}"[:TEXT_READ]


def _names() -> dict[int, str]:
    rows = ProgrammeOrganisation.objects.filter(role="operator").order_by("programme", "position", "id")
    found: dict[int, list[str]] = defaultdict(list)
    for key, name in rows.values_list("programme_id", "organisation__name").iterator(chunk_size=5000):
        found[key].append(name)
    return {key: " ".join(names) for key, names in found.items()}


def _places() -> dict[int, tuple[str, ...]]:
    rows = ProgrammeZone.objects.filter(excluded=False).order_by("programme", "territory__code")
    found: dict[int, list[str]] = defaultdict(list)
    for key, code in rows.values_list("programme_id", "territory__code").iterator(chunk_size=5000):
        found[key].append(code)
    return {key: tuple(codes) for key, codes in found.items()}
