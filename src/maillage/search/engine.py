"""The index on disk: its fields, its generations, and the reader each process keeps.

`VAR/index/current` names the generation in use. A rebuild fills a new folder, then moves the name: readers never see
half an index. A missing or broken index raises IndexUnavailable and asks for a repair; the follower does it.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import tantivy
from django.conf import settings

from maillage.core.errors import MaillageError
from maillage.core.ranking.readings import Table
from maillage.core.ranking.statistics import Statistics
from maillage.core.spelling import Shelves, shelved
from maillage.core.text import fold
from maillage.search import readings

RELOAD_EVERY_S = 0.5
"""Seconds a reader may lag behind the writer."""

FACETS = ("theme", "stage", "nature", "echelon", "aid_type", "audience", "price", "network")
"""Counted beside every list. Each has a column `<name>_set` with all its codes in one value: see `counted_as`."""

ON_ASK = ("category", "competence")
"""Counted only when asked: 87 and 30 codes that nobody reads before."""

CODES = (
    *FACETS,
    *ON_ASK,
    "shelf",
    "zone",
    "not_zone",
    "variant_zone",
    "variant",
    "generalist",
    "key",
    "origin",
)
"""Fields of whole codes, filtered exactly. `shelf` is kind and status in one: `programme:published`."""

SCHEMA_VERSION = 11
"""Raise it when fields or stems change: older generations are then rebuilt."""


SPELLING, NETWORKS, MARKS = "spelling.json", "networks.json", "marks.json"
"""What the writer leaves beside the documents: how each stem is written, where the members of each network are, which
bit stands for each code counted beside a list."""

MARK_COLUMNS, MARKS_EACH = 4, 62
"""The codes of a document as bits of a few whole numbers: counting them over a short list reads no word at all."""

ASKED_FROM = 2
"""The first of these numbers for what is counted on ask only: the others are read alone by most lists."""


class IndexUnavailable(MaillageError):
    """The index is missing or broken; a repair was asked for."""


def counted_as(name: str) -> str:
    """The column a facet is counted in: `commune|epci` as one value.

    One value per document costs 5 ns to count, a list of 15 costs 300: at 18 000 documents, 1.3 ms instead of 4.8.
    """
    return f"{name}_set"


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    """The fields of a document. `words` repeats the title's stems three times, the keywords' twice: BM25F in one."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    for name in CODES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=name in ON_ASK)
    for name in FACETS:
        builder.add_text_field(counted_as(name), tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field("closes", indexed=True, fast=True)
    builder.add_integer_field("rank", fast=True)
    builder.add_integer_field("updated", fast=True)
    builder.add_integer_field("row", fast=True)
    for number in range(MARK_COLUMNS):
        builder.add_integer_field(f"marks_{number}", fast=True)
    builder.add_bytes_field("stored", stored=True, indexed=False)
    return builder.build()


def root() -> Path:
    """Where the generations of the index live."""
    return Path(settings.VAR) / "index"


def current_generation() -> Path:
    """The folder in use. Raises IndexUnavailable when there is none."""
    pointer = root() / "current"
    try:
        folder = root() / pointer.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise IndexUnavailable("index_missing") from error
    if not (folder / "meta.json").exists() or read_state(folder)["version"] != SCHEMA_VERSION:
        raise IndexUnavailable("index_missing")
    return folder


class State(TypedDict):
    """What the writer leaves beside a generation.

    `event`: the last event it holds. `late`: events below it that nobody had seen yet.
    """

    version: int
    event: int
    late: list[int]


def read_state(folder: Path) -> State:
    """What the writer left beside a generation; version 0 when it cannot be read."""
    try:
        told = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return State(version=int(told["version"]), event=int(told["event"]), late=list(told["late"]))
    except (OSError, ValueError, KeyError, TypeError):
        return State(version=0, event=0, late=[])


def write_state(folder: Path, *, event: int, late: Sequence[int] = ()) -> None:
    """Remember what a generation holds, in one atomic move."""
    draft = folder / "state.json.new"
    state = State(version=SCHEMA_VERSION, event=event, late=list(late))
    draft.write_text(json.dumps(state), encoding="utf-8")
    os.replace(draft, folder / "state.json")


def use_generation(folder: Path) -> None:
    """Make this generation the one readers open."""
    draft = root() / "current.new"
    draft.write_text(folder.name, encoding="utf-8")
    os.replace(draft, root() / "current")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One state of the index, and what helps to read it. Never changed: threads that hold it read one state.

    `spelling`: stem → usual writing; `writings`: any of its writings, folded → both; `near_stems` and `near_writings`:
    the same, laid out to look for typing mistakes. `networks`: slug → codes of the territories its members serve.
    `marks`: facet, code and the bit that stands for them; empty when there are too many codes for the bits.
    `table`, `statistics`: what ranking reads of each programme, by the `row` of its document, and of all of them.
    """

    folder: Path
    state: State
    index: tantivy.Index
    searcher: tantivy.Searcher
    spelling: Mapping[str, str]
    writings: Mapping[str, tuple[str, str]]
    near_stems: Shelves
    near_writings: Shelves
    networks: Mapping[str, frozenset[str]]
    marks: tuple[tuple[str, str, int], ...]
    table: Table
    statistics: Statistics
    looked_at: float


_reader: Reader | None = None
_lock = threading.Lock()


def reader() -> Reader:
    """This process's reader, at most RELOAD_EVERY_S behind. Raises IndexUnavailable."""
    global _reader
    held = _reader
    now = time.monotonic()
    if held and now - held.looked_at < RELOAD_EVERY_S:
        return held
    with _lock:
        held = _reader
        if held and now - held.looked_at < RELOAD_EVERY_S:
            return held
        folder = current_generation()
        state = read_state(folder)
        if held and (held.folder, held.state) == (folder, state):
            held = replace(held, looked_at=now)
        else:
            held = _open(folder, state=state, now=now)
        _reader = held
        return held


def _open(folder: Path, *, state: State, now: float) -> Reader:
    try:
        index = tantivy.Index(schema(), path=str(folder))
        index.reload()
        searcher = index.searcher()
        written = json.loads((folder / SPELLING).read_text(encoding="utf-8"))
        networks = json.loads((folder / NETWORKS).read_text(encoding="utf-8"))
        marks = json.loads((folder / MARKS).read_text(encoding="utf-8"))["bits"]
        bits = tuple((str(facet), str(code), int(bit)) for facet, code, bit in marks)
        table, statistics = readings.opened(folder)
    except (ValueError, OSError) as error:
        ask_repair()
        raise IndexUnavailable("index_broken") from error
    if not readings.has_its_model(table):
        ask_repair()  # it ranks without the language model until the follower has read the programmes with it
    spelling, writings = _spelt(written)
    return Reader(
        folder=folder,
        state=state,
        index=index,
        searcher=searcher,
        spelling=spelling,
        writings=writings,
        near_stems=shelved(spelling),
        near_writings=shelved(writings),
        networks={slug: frozenset(codes) for slug, codes in networks.items()},
        marks=bits,
        table=table,
        statistics=statistics,
        looked_at=now,
    )


def _spelt(written: Mapping[str, Sequence[str] | str]) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Stem → usual writing; any writing, folded → stem and writing. An index made before 22 November 2026 kept one."""
    listed = {stem: [words] if isinstance(words, str) else words for stem, words in written.items()}
    usual = {stem: words[0] for stem, words in listed.items()}
    return usual, {fold(word): (stem, word) for stem, words in listed.items() for word in reversed(words)}


def forget_reader() -> None:
    """Open the index anew at the next search."""
    global _reader
    _reader = None


def ask_repair() -> None:
    """Leave a note for the follower: the index must be rebuilt."""
    root().mkdir(parents=True, exist_ok=True)
    (root() / "repair").touch()


def repair_asked() -> bool:
    """True when a reader found the index broken since the last rebuild."""
    return (root() / "repair").exists()
