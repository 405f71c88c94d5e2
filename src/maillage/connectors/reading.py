"""One record of a source, read through a mapping into one of our sheets."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from maillage.connectors.cells import Row, at, key_of, plain_line, texts
from maillage.connectors.fields import field_of
from maillage.connectors.mapping import PLACE, Group, Mapping, Remembered
from maillage.connectors.parsed import Change, Parsed, ParsedProgramme, Refusal, shown
from maillage.connectors.values import DEFAULT_SEPARATORS, READERS, Problem
from maillage.connectors.zones import echelon_of
from maillage.core.records import OperatorRef, ProgrammeRecord, with_values
from maillage.core.vocabulary import Status

BLANK = ProgrammeRecord(title="", origin="")
RECORD_FIELDS = frozenset(item.name for item in fields(ProgrammeRecord))
NOTHING = ("", ("", ""))
"""What is left of a cell that only held markup: not even an empty value."""
ITSELF = "{}"
"""In a mapping, their value as it stands."""
SINGLE = frozenset(item.name for item in fields(ProgrammeRecord) if not str(item.type).startswith(("tuple", "Mapping")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a source says of itself, the same for all its records.

    `as_of`: the day of the file, kept where a record has no date of its own. `status`: the state its sheets take.
    """

    origin: str
    source_name: str = ""
    licence: str = ""
    as_of: dt.date | None = None
    status: str = Status.PUBLISHED.value


SHORT = 60
"""Characters of the cells whose reading is kept: words of a vocabulary, codes, years."""
ENTRIES = 20_000


class RecordRefused(Exception):
    """A record that gives nothing: what was expected, in which column, instead of which value."""

    def __init__(self, expected: str, *, column: str = "", value: str = "", **facts: str) -> None:
        super().__init__(expected)
        self.expected, self.column, self.value, self.facts = expected, column, value, facts


class Sheet:
    """The sheet being filled: values by field, and what had to be changed on the way."""

    def __init__(self, row: Row, line: int) -> None:
        self.row = row
        self.line = line
        self.values: dict[str, list[Any]] = {}
        self.changes: list[Change] = []
        self.lost_zone: Change | None = None

    def remember(self, group: Group, remembered: dict[tuple[int, str | tuple[str, ...]], Remembered]) -> None:
        """`fill`, short cells that come back on every line being read once."""
        said = at(self.row, group.column) if group.column else ""
        if not group.is_remembered or (cell := _short(said)) is None:
            self.fill(group)
            return
        key = (id(group), cell)
        found = remembered.get(key)
        if found is None:
            alone = Sheet({group.column: said}, self.line)
            alone.fill(group)
            if len(remembered) >= ENTRIES:
                remembered.clear()
            values = tuple(alone.values.get(group.field, ()))
            found = Remembered(values=values, changes=tuple(alone.changes), lost_zone=alone.lost_zone)
            remembered[key] = found
        if found.values:
            self.values.setdefault(group.field, []).extend(found.values)
        self.changes += [replace(change, line=self.line) for change in found.changes]
        if found.lost_zone:
            self.lost_zone = replace(found.lost_zone, line=self.line)

    def fill(self, group: Group) -> None:
        """Read one group of rules into its field."""
        if group.first.only_if_empty and self.values.get(group.field):
            return
        target = group.target
        for text in self._texts(group):
            if target.kind == "refuse":
                raise RecordRefused(
                    "refused_by_mapping", column=group.column, value=self._shown(group.column), reason=text
                )
            try:
                found = READERS[target.kind](text, group)
            except Problem as problem:
                self._changed(group, text, problem)
                if problem.became is None:
                    continue
                found = problem.became
            if found not in NOTHING:
                self.values.setdefault(group.field, []).append(found)

    def _texts(self, group: Group) -> Iterator[str]:
        if not group.column:
            filled = self._template(group.first.becomes)
            yield from _cut(filled, ("|",)) if group.target.vocabulary else filter(None, [filled])
            return
        for cell in texts(at(self.row, group.column)):
            separators = group.first.separators or DEFAULT_SEPARATORS.get(group.target.kind, ())
            for token in _cut(cell, separators):
                yield from self._ours(group, token) if group.is_vocabulary else [token]

    def _ours(self, group: Group, token: str) -> Iterator[str]:
        """Our words for one of theirs; an unknown one is reported and left out."""
        key = key_of(plain_line(token))
        found = [group.exact[key]] if key in group.exact else [w.becomes for w in group.containing if w.are_in(key)]
        if not found and group.otherwise is not None:
            found = [group.otherwise]
        several = bool(group.target.vocabulary) or group.target.kind in ("zones", "names")
        if not found and group.is_closed and group.target.vocabulary:
            yield token
        elif not found and group.is_closed:
            self._changed(group, token, Problem("known_value", known=group.expected))
        for becomes in found:
            filled = self._template(becomes.replace(ITSELF, "\0")).replace("\0", token)
            yield from _cut(filled, ("|",)) if several else filter(None, [filled])

    def _template(self, text: str) -> str:
        """`{column}` replaced by its cell; nothing at all when one of these cells is blank."""
        for column in PLACE.findall(text):
            filled = plain_line(" ".join(texts(at(self.row, column))))
            if not filled:
                return ""
            text = text.replace("{" + column + "}", filled)
        return text

    def _changed(self, group: Group, text: str, problem: Problem) -> None:
        kept = getattr(problem.became, "name", problem.became)
        became = "" if kept is None else shown(kept)
        self.changes.append(
            Change(
                line=self.line,
                expected=problem.expected,
                column=group.column or group.field,
                value=shown(text),
                became=became,
                facts=problem.facts,
            )
        )
        if group.target.kind == "zones" and problem.became is None:
            self.lost_zone = self.changes[-1]

    def joined(self, name: str) -> Any:
        """The value of a field filled several times: paragraphs follow, codes gather, the first word wins."""
        found, limit = self.values[name], field_of(name).limit
        if field_of(name).kind != "text":
            return found[0] if name in SINGLE else tuple(dict.fromkeys(found))
        text = "\n\n".join(found)
        if len(text) > limit:
            kept = text[: limit - 1].rstrip() + "…"
            facts = {"limit": str(limit), "length": str(len(text))}
            self.changes.append(
                Change(
                    line=self.line,
                    expected="shorter_text",
                    column=name,
                    value=shown(text),
                    became=shown(kept),
                    facts=facts,
                )
            )
            return kept
        return text

    def _shown(self, column: str) -> str:
        return shown(" ".join(texts(at(self.row, column)))) if column else ""


def read_row(row: Row, *, mapping: Mapping, told: Told, line: int, columns: frozenset[str] = frozenset()) -> Parsed:
    """The sheet a record gives, or why it gives none.

    `columns`: those the source always speaks of, even where a record leaves them out (a JSON key that is absent).
    """
    sheet = Sheet(row, line)
    try:
        for group in mapping.fed_by(frozenset(row)).groups:
            sheet.remember(group, mapping.remembered)
        record = _record(sheet, mapping, told)
    except RecordRefused as refused:
        return Refusal(
            line=line, expected=refused.expected, column=refused.column, value=refused.value, facts=refused.facts
        )
    covers = _covers(mapping, columns | frozenset(row), told)
    return ParsedProgramme(line=line, record=record, covers=covers, changes=tuple(sheet.changes))


def _record(sheet: Sheet, mapping: Mapping, told: Told) -> ProgrammeRecord:
    values = sheet.values
    title = _title(sheet, mapping)
    if sheet.lost_zone and not values.get("zones"):
        lost = sheet.lost_zone
        raise RecordRefused(lost.expected, column=lost.column, value=lost.value, **lost.facts)
    known = {name: sheet.joined(name) for name in values if name in RECORD_FIELDS}
    known["operators"] = _operators(values)
    known["professional"] = {
        name.partition(".")[2]: "|".join(found) for name, found in values.items() if name.startswith("professional.")
    }
    told_values = {
        "source_name": told.source_name,
        "licence": told.licence,
        "status": told.status,
        "source_updated_on": told.as_of,
    }
    record = with_values(BLANK, **{**told_values, **known, "title": title, "origin": told.origin})
    if "echelon" not in known:
        record = with_values(record, echelon=echelon_of(record.zones))
    return _consistent(_identified(record), sheet)


def _title(sheet: Sheet, mapping: Mapping) -> str:
    if not sheet.values.get("title"):
        column = next((group.column for group in mapping.groups if group.field == "title" and group.column), "")
        raise RecordRefused("title", column=column)
    return str(sheet.values["title"][0])


def _operators(values: dict[str, list[Any]]) -> tuple[OperatorRef, ...]:
    """Each organisation once per part it plays, in the order read; one that operates needs not relay too."""
    named = [_as(ref, role) for role in ("operator", "funder", "relay") for ref in values.get(role, ())]
    operating = {key_of(ref.name) for ref in named if ref.role == "operator"}
    kept = [ref for ref in named if ref.role != "relay" or key_of(ref.name) not in operating]
    return tuple({(key_of(ref.name), ref.role): ref for ref in reversed(kept)}.values())[::-1]


def _as(ref: OperatorRef, role: str) -> OperatorRef:
    return ref if ref.role == role else replace(ref, role=role)


def _identified(record: ProgrammeRecord) -> ProgrammeRecord:
    """The record with an identifier in its source: its own, else its UUID, else its title and operators."""
    if record.origin_id:
        return record
    said = "\n".join([key_of(record.title), *sorted(key_of(ref.name) for ref in record.operators)])
    digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:20]
    return with_values(record, origin_id=record.uid or digest)


def _consistent(record: ProgrammeRecord, sheet: Sheet) -> ProgrammeRecord:
    """The record without contradictions: each one mended is reported."""
    if record.opens_on and record.closes_on and record.opens_on > record.closes_on:
        value = f"{record.opens_on} > {record.closes_on}"
        sheet.changes.append(Change(line=sheet.line, expected="opens_before_closing", column="opens_on", value=value))
        record = with_values(record, opens_on=None)
    if record.status == Status.PUBLISHED and not (record.description or record.promise or record.eligibility):
        change = Change(
            line=sheet.line, expected="described_sheet", value=shown(record.title), became=Status.DRAFT.label
        )
        sheet.changes.append(change)
        record = with_values(record, status=Status.DRAFT.value)
    return record


def _covers(mapping: Mapping, columns: frozenset[str], told: Told) -> frozenset[str]:
    """The record's fields this source speaks of."""
    spoken = {"origin", "origin_id", "status", "echelon"}
    spoken |= {"source_name"} if told.source_name else set()
    spoken |= {"licence"} if told.licence else set()
    spoken |= {"source_updated_on"} if told.as_of else set()
    return mapping.shared((mapping.fed_by(columns).fields | spoken) & RECORD_FIELDS)


def _short(value: Any) -> str | tuple[str, ...] | None:
    """The cell, texts and short lists of them, as what it gave is found again; None for any other."""
    if isinstance(value, str):
        return value if len(value) <= SHORT else None
    if isinstance(value, list) and len(value) <= SHORT and all(type(item) is str for item in value):
        return tuple(value) if sum(map(len, value)) <= SHORT else None
    return None


def _cut(text: str, separators: tuple[str, ...]) -> Iterator[str]:
    pieces = [text]
    for separator in separators:
        pieces = [part for piece in pieces for part in piece.split(separator)]
    return (piece.strip() for piece in pieces if piece.strip())
