"""50 000 realistic sheets for the duplicate engine: real programmes recombined, and altered twins of some of them."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.dataset import SEED, SHARED, recombined
from maillage.connectors.parsed import ParsedProgramme
from maillage.connectors.registry import REGISTRY
from maillage.core.dedup import Sheet
from maillage.core.dedup.sheets import programme_sheet
from maillage.core.records import ProgrammeRecord

PACKS = Path(__file__).resolve().parents[1] / "src/maillage/harvest/packs.toml"
TWINS = 0.1
"""Part of the sheets that are an altered copy of another, as if typed again in a second catalogue."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Sheets in no order, and the pairs of keys that are one."""

    sheets: list[Sheet]
    twins: set[frozenset[str]]


def real_programmes() -> Iterator[tuple[str, ProgrammeRecord]]:
    """The programmes of the real packs, each with the connector that read it."""
    for pack in tomllib.loads(PACKS.read_text(encoding="utf-8"))["pack"]:
        for item in REGISTRY[pack["connector"]].parse_file(SHARED / pack["file"]):
            if isinstance(item, ParsedProgramme):
                yield pack["connector"], item.record


def catalogue(count: int) -> Catalogue:
    """`count` sheets, always the same: recombined programmes under recombined titles, then the twins of some."""
    draw = random.Random(SEED)
    real = [record for _, record in real_programmes()]
    first = round(count * (1 - TWINS))
    titles = _titles([record.title for record in real], first, draw)
    sheets = [
        replace(_sheet(record, number), title=title)
        for number, (record, title) in enumerate(zip(recombined(real, first), titles, strict=True))
    ]
    copied = draw.sample(sheets, count - first)
    twins = [_twin(sheet, draw) for sheet in copied]
    pairs = {frozenset((one.key, two.key)) for one, two in zip(copied, twins, strict=True)}
    sheets += twins
    draw.shuffle(sheets)
    return Catalogue(sheets, pairs)


def _sheet(record: ProgrammeRecord, number: int) -> Sheet:
    return replace(programme_sheet(record, key=f"first {number:05}"), source="first", identifiers=(), address="")


def _titles(real: Sequence[str], count: int, draw: random.Random) -> list[str]:
    """`count` distinct titles: the opening of one real title, the middle of another, the end of a third."""
    words = [title.split() for title in real if len(title.split()) >= 4]
    found: dict[str, None] = {}
    while len(found) < count:
        one, two, three = (draw.choice(words) for _ in range(3))
        middle = two[len(two) // 3 : len(two) - len(two) // 3]
        found[" ".join([*one[: (len(one) + 2) // 3], *middle, *three[-(len(three) // 3) :]])] = None
    return list(found)


def _twin(sheet: Sheet, draw: random.Random) -> Sheet:
    """The same programme typed by someone else: words left out or moved, a letter lost, the text cut, a date gone."""
    words = sheet.title.split()
    if len(words) > 5 and draw.random() < 0.5:
        del words[draw.randrange(len(words))]
    if draw.random() < 0.3:
        words.insert(0, words.pop(draw.randrange(len(words))))
    if draw.random() < 0.5:
        at = max(range(len(words)), key=lambda place: (len(words[place]), place))
        cut = draw.randrange(1, max(2, len(words[at]) - 1))
        words[at] = words[at][:cut] + words[at][cut + 1 :]
    text = sheet.text.split()
    return replace(
        sheet,
        key=sheet.key.replace("first", "second"),
        source="second",
        title=" ".join(words),
        text=" ".join(text[: draw.randint(0, len(text))]),
        operator=sheet.operator if draw.random() < 0.5 else "",
        closes_on=None,
        zones=sheet.zones if draw.random() < 0.7 else (),
    )
