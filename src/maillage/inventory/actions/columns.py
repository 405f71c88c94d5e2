"""From a record to rows: what its words name in the database, and the columns and links to write."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from maillage.accounts.models import User
from maillage.actors.actions import add_named_organisations
from maillage.actors.models import Competence, Network, Organisation
from maillage.actors.queries import awake_organisation
from maillage.core.errors import Refused, Unknown
from maillage.core.records import OperatorRef, ProgrammeRecord, with_values
from maillage.core.vocabulary import categories
from maillage.inventory.models import Category, Programme, ProgrammeOrganisation, ProgrammeZone
from maillage.inventory.queries import LIST_FIELDS, PLAIN_FIELDS, awake
from maillage.storage.rows import insert_links, insert_values, update_rows
from maillage.territories.models import Territory
from maillage.territories.queries import resolve

Written = Sequence[tuple[ProgrammeRecord, Programme | None]]
"""Sheets to write, with the row of those we have."""
Keyed = Sequence[tuple[ProgrammeRecord, int]]
CARRIED = attrgetter(*PLAIN_FIELDS, *LIST_FIELDS, "legal_bases")
FRESH = (
    *(*PLAIN_FIELDS, *LIST_FIELDS, "legal_bases", "uid", "sdgs", "delivered_by", "created_at", "updated_at"),
    *("parent", "variant_of", "merged_into"),
)
"""The columns of a new sheet."""


@lru_cache(maxsize=2**13)
def slug_for(text: str) -> str:
    """The address a title gives: lower-case ASCII words joined by hyphens, at most 120 characters."""
    plain = re.sub("[œŒ]", "oe", re.sub("[’']", " ", text))
    return slugify(plain)[:120].strip("-") or "sans-titre"


def taken_slugs(records: Sequence[ProgrammeRecord]) -> set[str]:
    """The addresses these titles would take and that a sheet already has."""
    wanted = {record.slug or slug_for(record.title) for record in records}
    return set(Programme.objects.filter(slug__among=wanted).values_list("slug", flat=True))


def awake_slugs(slugs: Iterable[str]) -> dict[str, str]:
    """For each of these addresses that is a sheet's: that of the sheet itself, or of the one it was merged into."""
    rows = Programme.objects.filter(slug__in=list(slugs)).only("slug", "merged_into")
    return {row.slug: awake(row).slug for row in rows}


class Directory:
    """What the words of a batch of records name: organisations, territories, networks, parents, vocabulary."""

    def __init__(self, records: Sequence[ProgrammeRecord]) -> None:
        refs = [ref for record in records for ref in record.operators]
        self.organisations = _organisations(refs)
        self.missing: dict[str, OperatorRef] = {}
        codes = {code for record in records for code in (*record.zones, *record.excluded_zones)}
        self.territories = {row.code: row for row in Territory.objects.filter(code__among=codes).only("id", "code")}
        self.networks = {row.slug: row for row in Network.objects.all()}
        self.categories = dict(Category.objects.values_list("code", "pk"))
        self.competences = dict(Competence.objects.values_list("code", "pk"))
        named = {slug for record in records for slug in (record.parent, record.variant_of) if slug}
        self.programmes = {record.slug: record.slug for record in records if record.slug} | awake_slugs(named)

    def settle(self, record: ProgrammeRecord) -> ProgrammeRecord:
        """The record as it will read back: every name resolved, codes in their order, what is excluded left out.

        Raises Unknown naming the first network, parent, territory or operator that does not exist; nothing of a
        refused record is remembered, not even the organisations it was first to name.
        """
        known = dict(self.missing)
        try:
            return self._settled(record)
        except Refused:
            self.missing = known
            raise

    def _settled(self, record: ProgrammeRecord) -> ProgrammeRecord:
        if record.delivered_by and record.delivered_by not in self.networks:
            raise Unknown("network_unknown", field="delivered_by", value=record.delivered_by)
        for name in ("parent", "variant_of"):
            if (slug := getattr(record, name)) and (slug not in self.programmes or slug == record.slug):
                raise Unknown("programme_unknown", field=name, value=slug)
        family: dict[str, Any] = {
            name: self.programmes.get(getattr(record, name), "") for name in ("parent", "variant_of")
        }
        family = {name: slug if slug != record.slug else "" for name, slug in family.items()}
        order = list(categories())
        lists: dict[str, Any] = {name: tuple(dict.fromkeys(getattr(record, name))) for name in LIST_FIELDS}
        excluded = self._zones(record.excluded_zones, field="excluded_zones")
        zones = self._zones(record.zones, field="zones")
        return with_values(
            record,
            operators=tuple(dict.fromkeys(self._operator(ref) for ref in record.operators)),
            zones=tuple(code for code in zones if code not in excluded),
            excluded_zones=excluded,
            categories=tuple(sorted(set(record.categories), key=order.index)),
            competences=tuple(sorted(set(record.competences))),
            **lists,
            **family,
        )

    def of(self, records: Iterable[ProgrammeRecord]) -> Directory:
        """The same for some of the records it settled: of those nobody knew, only the organisations they name."""
        named = {ref.slug for record in records for ref in record.operators}
        mine = copy(self)
        mine.missing = {slug: ref for slug, ref in self.missing.items() if slug in named}
        return mine

    def make_missing_organisations(self, *, by: User | None) -> None:
        """Add the organisations that records named and nobody knew, to be reviewed."""
        for row in add_named_organisations(list(self.missing.values()), by=by):
            self.organisations[row.slug] = row

    def _operator(self, ref: OperatorRef) -> OperatorRef:
        row = (
            self.organisations.get(ref.slug)
            or (self.organisations.get(ref.siren) if ref.siren else None)
            or self.organisations.get(slug_for(ref.name))
        )
        if row is None:
            if not ref.name:
                raise Unknown("organisation_unknown", field="operators", value=ref.slug)
            slug = ref.slug or slug_for(ref.name)
            siren = ref.siren if re.fullmatch(r"\d{9}", ref.siren) else ""
            known = self.missing.setdefault(slug, OperatorRef(name=ref.name[:300], slug=slug, siren=siren))
            return replace(known, role=ref.role)
        return OperatorRef(name=row.name, slug=row.slug, siren=row.siren, role=ref.role)

    def _zones(self, codes: Iterable[str], *, field: str) -> tuple[str, ...]:
        found = set()
        for code in codes:
            if code not in self.territories:
                try:
                    row = resolve(code)
                except Refused as error:
                    error.facts["field"] = field
                    raise
                self.territories[row.code] = self.territories[code] = row
            found.add(self.territories[code].code)
        return tuple(sorted(found))


def _organisations(refs: Iterable[OperatorRef]) -> dict[str, Organisation]:
    """Organisations by slug, by SIREN, and by the slug of their name, for these references only."""
    wanted = list(refs)
    names = {slug_for(ref.name) for ref in wanted if ref.name}
    slugs = {ref.slug for ref in wanted if ref.slug} | names
    sirens = {ref.siren for ref in wanted if ref.siren}
    found: dict[str, Organisation] = {}
    every = Organisation.objects.only("slug", "name", "acronym", "siren", "merged_into")
    for row in every.filter(siren__among=sirens).order_by("id"):
        found.setdefault(row.siren, row)
    exact = {ref.name for ref in wanted if ref.name}
    for row in every.filter(name__among=exact).order_by("id"):
        found.setdefault(slug_for(row.name), row)
    for row in every.filter(acronym__among=exact).exclude(acronym="").order_by("id"):
        found.setdefault(slug_for(row.acronym), row)
    for row in every.filter(slug__among=slugs):
        found[row.slug] = row
    found = {name: awake_organisation(row) for name, row in found.items()}
    return found | {row.slug: row for row in found.values()}


def write_columns(written: Written, directory: Directory) -> dict[str, int]:
    """Create or update the rows of programmes; the key of each, by uid."""
    known = [(record, row) for record, row in written if row]
    for record, row in known:
        for name in (*PLAIN_FIELDS, *LIST_FIELDS):
            value = getattr(record, name)
            setattr(row, name, list(value) if name in ("conditions", "keywords", "programmes") else value)
        row.professional = dict(record.professional)
        row.legal_bases = [list(pair) for pair in record.legal_bases]
        row.sdgs = tuple(str(goal) for goal in record.sdgs)
        row.delivered_by = directory.networks.get(record.delivered_by)
    update_rows(
        [row for _, row in known], [*PLAIN_FIELDS, *LIST_FIELDS, "legal_bases", "sdgs", "delivered_by", "updated_at"]
    )
    fresh = [record for record, row in written if not row]
    now = timezone.now()
    insert_values(Programme, FRESH, [_fresh(record, directory, now) for record in fresh])
    made = dict(Programme.objects.filter(uid__among=[record.uid for record in fresh]).values_list("uid", "pk"))
    keys = {record.uid: made[uuid.UUID(record.uid)] for record in fresh}
    return keys | {record.uid: row.pk for record, row in known}


def _fresh(record: ProgrammeRecord, directory: Directory, now: dt.datetime) -> tuple[Any, ...]:
    """The columns of a new sheet, in the order of FRESH; its family is written once all have a key."""
    network = directory.networks.get(record.delivered_by)
    sdgs = tuple(str(goal) for goal in record.sdgs)
    family = (None, None, None)
    return (*CARRIED(record), record.uid, sdgs, network.pk if network else None, now, now, *family)


def write_links(written: Written, keys: Mapping[str, int], directory: Directory) -> None:
    """Replace the operators, zones, categories, competences and parents of these programmes. `keys`: by uid."""
    known = [row.pk for _, row in written if row]
    if known:
        ProgrammeOrganisation.objects.filter(programme__in=known).delete()
        ProgrammeZone.objects.filter(programme__in=known).delete()
        Programme.categories.through.objects.filter(programme__in=known).delete()
        Programme.competences.through.objects.filter(programme__in=known).delete()
    keyed = [(record, keys[record.uid]) for record, _ in written]
    _write_organisations(keyed, directory)
    _write_zones(keyed, directory)
    insert_links(
        Programme.categories.through,
        ("programme", "category"),
        [(key, directory.categories[code]) for record, key in keyed for code in record.categories],
    )
    insert_links(
        Programme.competences.through,
        ("programme", "competence"),
        [(key, directory.competences[code]) for record, key in keyed for code in record.competences],
    )
    _write_parents(written, keys)


def _write_organisations(keyed: Keyed, directory: Directory) -> None:
    insert_links(
        ProgrammeOrganisation,
        ("programme", "organisation", "role", "position"),
        [
            (key, directory.organisations[ref.slug].pk, ref.role, place)
            for record, key in keyed
            for place, ref in enumerate(record.operators)
        ],
    )


def _write_zones(keyed: Keyed, directory: Directory) -> None:
    insert_links(
        ProgrammeZone,
        ("programme", "territory", "excluded"),
        [
            (key, directory.territories[code].pk, excluded)
            for record, key in keyed
            for codes, excluded in ((record.zones, False), (record.excluded_zones, True))
            for code in codes
        ],
    )


def _write_parents(written: Written, keys: Mapping[str, int]) -> None:
    family = {
        keys[record.uid]: record
        for record, row in written
        if record.parent or record.variant_of or (row and (row.parent_id or row.variant_of_id))
    }
    if not family:
        return
    named = {slug for record in family.values() for slug in (record.parent, record.variant_of) if slug}
    found = {row.slug: row for row in Programme.objects.filter(slug__in=named).only("id", "slug")}
    rows = list(Programme.objects.filter(pk__in=family).only("id"))
    for row in rows:
        row.parent = found.get(family[row.pk].parent)
        row.variant_of = found.get(family[row.pk].variant_of)
    Programme.objects.bulk_update(rows, ["parent", "variant_of"], batch_size=100)
