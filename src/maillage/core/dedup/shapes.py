"""The frozen values of the duplicate engine: what is compared, what is concluded, why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from maillage.core.wording import Reason


class Verdict(StrEnum):
    """What is thought of two sheets: one thing told twice, to be seen by a person, or two things."""

    SAME = "same"
    DOUBTFUL = "doubtful"
    DIFFERENT = "different"


Known = Mapping[frozenset[str], Verdict]
"""What persons have said of pairs of keys; it holds for ever, over any score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the engine reads of a programme or a project; only `key` (unique) and `title` are needed.

    `source`: the list it comes from; two sheets of one list are thought distinct by whoever keeps the list.
    `own_name`: the name of its holder, which its text often repeats and which says nothing of its object.
    `zones`: typed territory codes. `address`: web or postal. `identifiers`: `kind:value`, as `siret:…` or `uid:…`;
    a value of one kind names one thing only. `opens_on` is for whoever shows the pair: a source rarely says it right.
    """

    key: str
    title: str
    text: str = ""
    source: str = ""
    operator: str = ""
    own_name: str = ""
    zones: tuple[str, ...] = ()
    opens_on: dt.date | None = None
    closes_on: dt.date | None = None
    address: str = ""
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorSheet:
    """What the engine reads of an organisation. Only `key` (unique) and `name` are needed.

    `identifiers`: `siren:…`, `siret:…`, `rna:…`. `telephone`: as written. `acronym`, `kind` and `source` are for
    whoever shows the pair; they are not compared.
    """

    key: str
    name: str
    acronym: str = ""
    kind: str = ""
    source: str = ""
    address: str = ""
    telephone: str = ""
    website: str = ""
    zones: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing compared: what was seen, and the points it adds (natural log-odds; below 0, it speaks against)."""

    reason: Reason
    points: float

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The clue in words, without its points."""
        return self.reason.sentence(translate)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sheets compared: keys, the sum of the points, the chance they are one, the verdict, why.

    `clues` come strongest first and their points add up to `points`; `probability` is 1 / (1 + e^-points).
    `by_person`: the verdict was given by someone; the points remain those of the engine.
    Without `against`, `left` < `right`; with it, `left` is one of the sheets and `right` one of `against`.
    """

    left: str
    right: str
    points: float
    probability: float
    verdict: Verdict
    clues: tuple[Clue, ...]
    by_person: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """Both keys, whatever their order: what `Known` is written with."""
        return frozenset((self.left, self.right))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sheets that are one and the same: their keys in order, and the pairs that join them."""

    keys: tuple[str, ...]
    pairs: tuple[Pair, ...]
