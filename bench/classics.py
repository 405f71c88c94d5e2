"""The classic sets of entity resolution, read in place: sheets of ours, and the labelled pairs of their test part."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.dataset import SHARED
from maillage.core.dedup import ActorSheet, Pair, Sheet, actor_pairs, pairs

FOLDER = SHARED / "benchmark_er_classiques"
FIELD = re.compile(r"COL (\S+) VAL ?(.*?)(?= ?COL \S+ VAL|$)")
Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Classic:
    """One set: the records of both lists by key, and the truth of the pairs of its test part."""

    name: str
    left: dict[str, Fields]
    right: dict[str, Fields]
    truth: dict[frozenset[str], bool]


def classic(file: str, *, split: str = "test") -> Classic:
    """Read one set. Records come from every part, so that rarity of words is that of the whole lists."""
    left: dict[str, Fields] = {}
    right: dict[str, Fields] = {}
    keys: dict[str, str] = {}
    truth: dict[frozenset[str], bool] = {}
    for row in _rows(FOLDER / file):
        one = keys.setdefault(f"L{row['left']}", f"L{len(keys):05}")
        two = keys.setdefault(f"R{row['right']}", f"R{len(keys):05}")
        left[one], right[two] = fields_of(row["left"]), fields_of(row["right"])
        if row["split"] == split:
            truth[frozenset((one, two))] = row["match"] == 1
    return Classic(file.removesuffix(".jsonl.gz"), left, right, truth)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        yield from map(json.loads, handle)


def fields_of(text: str) -> Fields:
    """`COL name VAL toulouse COL city VAL atlanta` → the value of each column."""
    return {name: re.sub(r"\s+", " ", value).strip(" '`") for name, value in FIELD.findall(text)}


def product(key: str, row: Fields, source: str) -> Sheet:
    """Abt-Buy: a name and a description; prices are left out, as costs are everywhere."""
    return Sheet(key=key, title=row["name"], text=row.get("description", ""), source=source)


def article(key: str, row: Fields, source: str) -> Sheet:
    """DBLP-ACM: the authors stand for the operator, the year for the closing day."""
    year = row.get("year", "")
    day = dt.date(int(year), 12, 31) if year.isdigit() else None
    return Sheet(key=key, title=row["title"], operator=row.get("authors", ""), closes_on=day, source=source)


def restaurant(key: str, row: Fields, source: str) -> ActorSheet:
    """Fodors-Zagats: organisations with a street and a telephone."""
    address = f"{row.get('addr', '')} {row.get('city', '')}"
    return ActorSheet(key=key, name=row["name"], address=address, telephone=row.get("phone", ""), source=source)


Make = Callable[[str, Fields, str], Sheet] | Callable[[str, Fields, str], ActorSheet]
SETS: dict[str, Make] = {
    "textual_abt-buy.jsonl.gz": product,
    "structured_dblp-acm.jsonl.gz": article,
    "structured_fodors-zagats.jsonl.gz": restaurant,
}


def judged(given: Classic, make: Make) -> list[Pair]:
    """The pairs of the test part as our engine judges them between the two whole lists, with our weights."""
    left = [make(key, row, "left") for key, row in given.left.items()]
    right = [make(key, row, "right") for key, row in given.right.items()]
    asked = [(min(both), max(both)) for both in given.truth]
    if make is restaurant:
        return actor_pairs(left, against=right, among=asked)  # type: ignore[arg-type]  # made by `restaurant`
    return pairs(left, against=right, among=asked)  # type: ignore[arg-type]  # made by the two others
