"""The compact value of a programme that search keeps beside its index and that the answer reads back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from maillage.core.records import ProgrammeRecord
from maillage.core.text import stems, summary
from maillage.core.vocabulary import MONEY, Stage

SUMMARY_LENGTH = 220
"""Characters of the sentence a list shows."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What lists and the trame need of a programme, without asking the database.

    `usable` holds the typed codes where it applies; when a `network` delivers it, a member must serve the place too.
    `title_stems` and `keyword_stems` come from `core.text.stems`. The words of the body are not here: the index keeps
    them for ranking, and says which of those asked a sheet holds. Outside the collector: it holds texts only.
    """

    uid: str
    slug: str
    title: str
    promise: str
    summary: str
    operators: tuple[str, ...]
    operator_slugs: tuple[str, ...]
    network: str
    natures: tuple[str, ...]
    stages: tuple[str, ...]
    echelon: str
    aid_types: tuple[str, ...]
    audiences: tuple[str, ...]
    categories: tuple[str, ...]
    generalist: bool
    usable: tuple[str, ...]
    excluded: tuple[str, ...]
    price: str
    restricted_to: str
    conditions: tuple[str, ...]
    opens_on: str
    closes_on: str
    how_to: str
    contact_desk: str
    contact_url: str
    parent: str
    variant_of: str
    verified_on: str
    source_name: str
    source_url: str
    sdgs: tuple[int, ...]
    title_stems: tuple[str, ...]
    keyword_stems: tuple[str, ...]

    def closes(self) -> dt.date | None:
        """The day it closes, or None when it stays open or nobody knows."""
        return dt.date.fromisoformat(self.closes_on) if self.closes_on else None

    def columns(self) -> tuple[str, ...]:
        """The stages it stands at in the trame: money has its own column, whatever stage it pays for."""
        return columns_of(self.aid_types, self.stages)

    def pays_for(self) -> tuple[str, ...]:
        """The stages its money pays for; empty when it brings no money."""
        money = bool(set(self.aid_types) & MONEY)
        return tuple(stage for stage in self.stages if money and stage != Stage.FUNDING)

    def packed(self) -> bytes:
        """The sheet as compact JSON: an array of values in the order of the fields."""
        return msgspec.json.encode(self)


def columns_of(aid_types: tuple[str, ...], stages: tuple[str, ...]) -> tuple[str, ...]:
    """The stages of an offer in the trame: money alone stands at the funding."""
    return (Stage.FUNDING,) if aid_types and set(aid_types) <= MONEY else stages


_DECODER = msgspec.json.Decoder(Sheet)


def unpacked(value: bytes) -> Sheet:
    """The sheet behind `packed`. Raises ValueError for anything else."""
    return _DECODER.decode(value)


def sheet_of(record: ProgrammeRecord) -> Sheet:
    """The sheet of a record."""
    carried = [ref for ref in record.operators if ref.role == "operator"] or list(record.operators)
    return Sheet(
        uid=record.uid,
        slug=record.slug,
        title=record.title,
        promise=record.promise,
        summary=summary(record.promise or record.description, SUMMARY_LENGTH),
        operators=tuple(ref.name for ref in carried),
        operator_slugs=tuple(ref.slug for ref in record.operators),
        network=record.delivered_by,
        natures=record.natures,
        stages=record.stages,
        echelon=record.echelon,
        aid_types=record.aid_types,
        audiences=record.audiences,
        categories=record.categories,
        generalist=record.generalist,
        usable=record.zones,
        excluded=record.excluded_zones,
        price=record.price,
        restricted_to=record.restricted_to,
        conditions=record.conditions,
        opens_on=record.opens_on.isoformat() if record.opens_on else "",
        closes_on=record.closes_on.isoformat() if record.closes_on else "",
        how_to=record.how_to,
        contact_desk=record.contact_desk,
        contact_url=record.contact_url,
        parent=record.parent,
        variant_of=record.variant_of,
        verified_on=record.verified_on.isoformat() if record.verified_on else "",
        source_name=record.source_name,
        source_url=record.source_url,
        sdgs=record.sdgs,
        title_stems=_distinct(stems(record.title)),
        keyword_stems=_distinct(stems(" ; ".join((*record.keywords, record.promise)))),
    )


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
