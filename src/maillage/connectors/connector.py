"""What every source is to us: its name and terms, the columns that give it away, its mapping, and how it is parsed."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maillage.connectors import mapping as mapping_files
from maillage.connectors.cells import Row, depth_of
from maillage.connectors.facts import READ_AS
from maillage.connectors.fetch import Fetch, single_file
from maillage.connectors.fields import FIELDS, FIELDS_OF
from maillage.connectors.files.opened import open_file
from maillage.connectors.limits import USUAL
from maillage.connectors.parsed import Parsed, Refusal, shown
from maillage.connectors.polite.fetched import NO_VALIDATORS, Fetched, Validators
from maillage.connectors.reading import Told, read_row
from maillage.core.errors import Invalid

if TYPE_CHECKING:
    from maillage.connectors.polite.client import Client

RECIPE = "1"
"""Grows when the reading code changes what the same bytes give."""
Shape = Callable[[Row], Row]
"""Structure only: nested values laid flat, a block of text cut into its parts. Words are for the mapping."""


class Misshapen(Exception):
    """A record whose structure cannot be laid flat: the column, its value, and what is expected there."""

    def __init__(self, expected: str, *, column: str, value: object) -> None:
        super().__init__(expected)
        self.expected, self.column, self.value = expected, column, shown(value)


def as_it_is(row: Row) -> Row:
    """The record unchanged, for sources that already are tables."""
    return row


RawRecord = tuple[int, int, bytes]
"""A record to parse: its position in the run, its line in the file, its bytes."""


@dataclass(frozen=True)
class ParsedBatch:
    """What raw records gave: the identifier of each, or why it gives nothing, in order; and all of it, pickled by
    position, for whoever keeps it without reading it."""

    named: tuple[str | Refusal, ...]
    pickled: bytes


@dataclass(frozen=True)
class Connector:
    """A source of programmes, or of facts: `gives` says which (`programme`, `grant`, `organisation`, `presence`).

    `signature`: columns that together name the source; `only_these`: no other column may stand beside them, for they
    are common words. `speaks_of`: columns it always speaks of, even where a
    record leaves them out. `is_whole`: the file lists everything the source knows, so that what is no longer in it
    has gone. `titles_identify`: within this source a title names one programme. `repeats`: the source lists a record
    once per part of it, and each part is kept. `one_per_place`: each place has its own (a feed, a file in the national
    schema, another house), added by a person. Told values may be overridden by the mapping. `fetch`: how its address
    is read; `default_address`: its public address, "" when each place has its own or when nobody has checked one.
    """

    slug: str
    name: str
    package: str
    signature: frozenset[str]
    origin: str
    source_name: str
    licence: str
    url: str = ""
    rhythm: str = ""
    status: str = "published"
    shape: Shape = as_it_is
    only_these: bool = False
    speaks_of: frozenset[str] = frozenset()
    is_whole: bool = False
    titles_identify: bool = False
    repeats: bool = False
    one_per_place: bool = False
    gives: str = "programme"
    own_mapping: mapping_files.Mapping | None = field(default=None, compare=False)
    fetch: Fetch = single_file
    default_address: str = ""
    shape_at: Callable[[str], Shape] | None = None

    @cached_property
    def mapping(self) -> mapping_files.Mapping:
        """The rules of `mapping.csv`, read once."""
        if self.own_mapping:
            return self.own_mapping
        text = files(self.package).joinpath("mapping.csv").read_text(encoding="utf-8")
        ours = FIELDS if self.gives == "programme" else FIELDS_OF[self.gives]
        return mapping_files.read_mapping(text, name=f"{self.slug}/mapping.csv", fields=ours)

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: all that is said of it, nothing that was worked out here."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @property
    def told(self) -> Told:
        """What it says of itself."""
        return Told(origin=self.origin, source_name=self.source_name, licence=self.licence, status=self.status)

    def parse(self, raw: bytes, *, line: int = 1, told: Told | None = None) -> Iterator[Parsed]:
        """The sheets one raw record gives, or why it gives none. Pure: the same bytes always give the same."""
        row = _row(raw, line=line)
        if isinstance(row, Refusal):
            yield row
            return
        try:
            row = self.shape(row)
        except Misshapen as problem:
            yield Refusal(line=line, expected=problem.expected, column=problem.column, value=problem.value, raw=raw)
            return
        told = told or self.told
        if self.gives in READ_AS:
            yield READ_AS[self.gives](row, mapping=self.mapping, told=told, line=line)
        else:
            yield read_row(row, mapping=self.mapping, told=told, line=line, columns=self.speaks_of)

    def parse_batch(self, records: Sequence[RawRecord], *, told: Told) -> ParsedBatch:
        """What these records give, each one sheet."""
        found = {position: next(self.parse(raw, line=line, told=told)) for position, line, raw in records}
        kept = {position: [parsed] for position, parsed in found.items() if not isinstance(parsed, Refusal)}
        return ParsedBatch(
            named=tuple(one if isinstance(one, Refusal) else one.record.origin_id for one in found.values()),
            pickled=pickle.dumps(kept, protocol=pickle.HIGHEST_PROTOCOL),
        )

    def parse_file(self, path: Path) -> Iterator[Parsed]:
        """Everything a file gives, in order: what `harvest` does in two times, without keeping anything."""
        for item in open_file(path, wanted=self.mapping.columns).items():
            if isinstance(item, Refusal):
                yield item
            else:
                yield from self.parse(item.raw, line=item.line)

    @cached_property
    def recipe(self) -> str:
        """Digest of the way this source is read: its mapping, its shape, its terms. It changes when they do."""
        said = "\n".join([self.mapping.text, str(self.told), str(sorted(self.speaks_of)), RECIPE])
        return hashlib.sha256(said.encode()).hexdigest()

    def recognises(self, columns: Iterable[str]) -> bool:
        """True when the columns are those of this source."""
        names = set(columns)
        return bool(self.signature) and (self.signature == names if self.only_these else self.signature <= names)


def at_place(connector: Connector, *, slug: str, name: str, address: str = "", licence: str = "") -> Connector:
    """The same way of reading, for another place: a feed, a file in the national schema, another house.

    `slug` becomes the origin of its sheets, so that two places never mix their identifiers; `name` is shown with them.
    """
    return replace(
        connector,
        slug=slug,
        origin=slug,
        name=name,
        source_name=name,
        licence=licence or connector.licence,
        default_address=address or connector.default_address,
    )


def at_home(connector: Connector, own: str) -> Connector:
    """The connector as read by the house at this address."""
    return replace(connector, shape=connector.shape_at(own)) if connector.shape_at else connector


def fetch_source(
    connector: Connector, *, folder: Path, client: Client, address: str = "", validators: Validators = NO_VALIDATORS
) -> Fetched:
    """What the source answers at `address` (its default address when empty), as one file of `folder`, made if absent.

    The file is then opened like any other. Raises Invalid("source_without_address") when there is no address at all,
    Invalid for one that is not public, Unreachable when the source does not answer as it should, UnreadableFile when
    it answers nonsense.
    """
    address = address or connector.default_address
    if not address:
        raise Invalid("source_without_address", source=connector.name)
    folder.mkdir(parents=True, exist_ok=True)
    return connector.fetch(client, address, folder, validators)


def _row(raw: bytes, *, line: int) -> Mapping[str, Any] | Refusal:
    try:
        found = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Refusal(line=line, expected="utf8_bytes", value=shown(raw[:400].decode("utf-8", "replace")), raw=raw)
    except RecursionError:
        return Refusal(line=line, expected="json_depth", value=shown(raw[:400].decode("utf-8", "replace")), raw=raw)
    except ValueError:
        return Refusal(line=line, expected="json_object", value=shown(raw[:400].decode("utf-8", "replace")), raw=raw)
    if not isinstance(found, dict):
        return Refusal(line=line, expected="json_object", value=shown(found), raw=raw)
    if depth_of(found, limit=USUAL.depth) > USUAL.depth:
        return Refusal(line=line, expected="json_depth", value=shown(raw[:400].decode("utf-8", "replace")), raw=raw)
    for name, value in found.items():
        if isinstance(value, str) and len(value) > USUAL.cell_characters:
            return Refusal(line=line, expected="cell_length", column=shown(name), value=shown(value), raw=raw)
    return found
