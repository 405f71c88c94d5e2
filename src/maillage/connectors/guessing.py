"""What a table someone brings may mean: each column → a field, each word → one of our codes. Guesses, never more.

A guess comes from the name of the column (`table/columns.toml`), then from what its cells look like.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from maillage.connectors.cells import key_of, plain_line
from maillage.connectors.fields import field_of
from maillage.connectors.mapping import COLUMNS

ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}")
MOST = 0.8
"""Share of the cells that must look alike for their look to name the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One line of a mapping file, as text."""

    column: str
    field: str
    value: str = ""
    becomes: str = ""
    separator: str = ""
    mode: str = ""


@lru_cache(maxsize=1)
def usual_names() -> Mapping[str, tuple[str, ...]]:
    """For each field, the folded names its columns usually bear, the surest first."""
    text = files("maillage.connectors.table").joinpath("columns.toml").read_text(encoding="utf-8")
    return {name: tuple(key_of(word) for word in words) for name, words in tomllib.loads(text).items()}


def guess_fields(columns: Sequence[str], samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The field each column likely feeds, those without a guess left out. One field is given to one column only.

    `samples`: some cells of each column. A name that says it exactly wins over one that only holds the word.
    """
    found: dict[str, str] = {}
    for exact in (True, False):
        for name, words in usual_names().items():
            if name in found.values():
                continue
            for column in columns:
                if column not in found and _is_named(key_of(column), words, exact=exact):
                    found[column] = name
                    break
    for column in columns:
        look = _look(samples.get(column, ()))
        if column not in found and look and look not in found.values():
            found[column] = look
    return found


def _is_named(key: str, words: Iterable[str], *, exact: bool) -> bool:
    if exact:
        return key.replace("_", " ") in words or key in words
    return any(re.search(rf"\b{re.escape(word)}", key.replace("_", " ")) for word in words if len(word) > 3)


def _look(cells: Sequence[str]) -> str:
    said = [cell for cell in cells if cell.strip()]
    for form, name in ((ADDRESS, "source_url"), (DAY, "closes_on")):
        if said and sum(bool(form.fullmatch(cell.strip())) for cell in said) >= MOST * len(said):
            return name
    return ""


def guess_code(name: str, word: str) -> str:
    """Our code for one of their words in this field, "" when no label of ours is the same or begins with it."""
    key = key_of(plain_line(word))
    labels = {key_of(label): code for code, label in field_of(name).vocabulary.items()}
    codes = {key_of(code): code for code in field_of(name).vocabulary}
    if key in codes or key in labels:
        return codes.get(key) or labels[key]
    close = [code for label, code in labels.items() if len(key) > 3 and _begin_alike(label, key)]
    return close[0] if len(close) == 1 else ""


def _begin_alike(label: str, key: str) -> bool:
    """Singular and plural, « Commune » and « Communes et leurs groupements »."""
    first, second = label.rstrip("s"), key.rstrip("s")
    if first == second:
        return True
    return label.startswith((f"{key} ", f"{second}s ")) or key.startswith(f"{first} ")


def mapping_text(rows: Iterable[RuleRow]) -> str:
    """The mapping file these lines make, as `read_mapping` reads it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        separator = row.separator.replace("\n", "\\n")
        writer.writerow((row.column, row.value, row.field, row.becomes, separator, "", row.mode, ""))
    return out.getvalue()
