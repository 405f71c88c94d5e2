"""The coverage of one day on disk: written whole in a folder, then named; readers never see half of it.

`VAR/couverture/current` names the folder in use; `jours/<day>` keeps what was known on a day. Arrays are mapped, not
read: all the processes of a machine share their pages.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from django.conf import settings

from maillage.core.coverage import Catalogue, Demand, Level, Line, OverlapGroup, Standing
from maillage.core.errors import MaillageError
from maillage.core.wording import Reason

VERSION = 1
"""Raise it when what is written changes: older folders are then made anew."""
LEVELS = ("REG", "DEP", "EPCI")
"""Régions, départements, intercommunalités; the widest first."""
LOOK_EVERY_S = 0.5
"""Seconds a reader may lag behind the writer."""
OFFER_ARRAYS = ("themes", "stages", "natures", "layer", "worth", "reach", "bounds", "starts", "ends")
DEMAND_ARRAYS = ("themes", "stage", "nature", "kind", "worth")
SHARES = ("near", "usable", "known")
REACHES = ("meets", "people")


class AtlasUnavailable(MaillageError):
    """The coverage has not been computed yet, or cannot be read."""


class State(TypedDict):
    """What the writer leaves beside the arrays. `event`: the last event it holds; `day`: the day it tells."""

    version: int
    event: int
    day: str
    vintage: str


@dataclass(frozen=True, eq=False, repr=False)
class Atlas:
    """The coverage as known on a day. `outside`: level → [category, place] where nothing is expected."""

    state: State
    line: Line
    catalogue: Catalogue
    demand: Demand
    standing: Mapping[str, Standing]
    outside: Mapping[str, np.ndarray[Any, np.dtype[np.bool_]]]
    overlaps: tuple[OverlapGroup, ...]
    generalists: int
    answered: dict[Hashable, Any] = field(default_factory=dict)
    """What was asked of this atlas, kept: see `queries.place_rows`."""

    @property
    def day(self) -> date:
        """The day it tells."""
        return date.fromisoformat(self.state["day"])

    def place_rank(self, level: str, code: str) -> int:
        """The rank of a place at a level. Raises ValueError when it is not there."""
        return self.line.levels[level].codes.index(code)


def root() -> Path:
    """Where coverage keeps its files."""
    return Path(settings.VAR) / "couverture"


def day_folder(day: date) -> Path:
    """Where what was known on a day is kept."""
    return root() / "jours" / day.isoformat()


def current() -> Path:
    """The folder in use. Raises AtlasUnavailable("coverage_missing")."""
    try:
        folder = root() / (root() / "current").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise AtlasUnavailable("coverage_missing") from error
    if read_state(folder)["version"] != VERSION:
        raise AtlasUnavailable("coverage_missing")
    return folder


def read_state(folder: Path) -> State:
    """What the writer left; version 0 when it cannot be read."""
    try:
        told = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return State(version=told["version"], event=told["event"], day=told["day"], vintage=told["vintage"])
    except (OSError, ValueError, KeyError):
        return State(version=0, event=0, day="", vintage="")


def write(folder: Path, atlas: Atlas) -> None:
    """Write an atlas in a folder, which appears whole or not at all."""
    draft = folder.with_name(f"{folder.name}.new-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _write_line(draft, atlas.line)
    _save(draft / "offers.npz", {name: getattr(atlas.catalogue, name) for name in OFFER_ARRAYS})
    arrays = {name: getattr(atlas.demand, name) for name in DEMAND_ARRAYS}
    places = {f"place_{level}": ranks for level, ranks in atlas.demand.place.items()}
    _save(draft / "demand.npz", arrays | places)
    for level in LEVELS:
        for name in SHARES:
            np.save(draft / f"{level}-{name}.npy", getattr(atlas.standing[level], name))
        np.save(draft / f"{level}-outside.npy", atlas.outside[level])
        for name in REACHES:
            np.save(draft / f"{level}-{name}.npy", getattr(atlas.catalogue, name)[level])
    told = {
        "offers": atlas.catalogue.names,
        "demand": atlas.demand.names,
        "overlaps": [_plain(group) for group in atlas.overlaps],
        "generalists": atlas.generalists,
    }
    (draft / "names.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    (draft / "state.json").write_text(json.dumps(atlas.state), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(draft, folder)


def use(folder: Path) -> None:
    """Make this folder the one readers open, and drop the older ones but the last: a slow reader may still be in it."""
    draft = root() / f"current.new-{os.getpid()}"
    draft.write_text(folder.name, encoding="utf-8")
    os.replace(draft, root() / "current")
    others = sorted((path for path in root().glob("atlas-*") if path != folder), key=lambda path: path.stat().st_mtime)
    for path in others[:-1]:
        shutil.rmtree(path, ignore_errors=True)


def read(folder: Path) -> Atlas:
    """The atlas of a folder. Raises AtlasUnavailable("coverage_missing") when it is not whole."""
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError) as error:
        raise AtlasUnavailable("coverage_missing") from error


def _read(folder: Path) -> Atlas:
    line = _read_line(folder)
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    with np.load(folder / "offers.npz") as held:
        catalogue = Catalogue(
            line=line,
            names=tuple(map(tuple, names["offers"])),
            **{name: held[name] for name in OFFER_ARRAYS},
            meets={level: _mapped(folder, level, "meets") for level in LEVELS},
            people={level: _mapped(folder, level, "people") for level in LEVELS},
        )
    with np.load(folder / "demand.npz") as held:
        demand = Demand(
            names=tuple(names["demand"]),
            place={level: held[f"place_{level}"] for level in LEVELS},
            **{name: held[name] for name in DEMAND_ARRAYS},
        )
    return Atlas(
        state=read_state(folder),
        line=line,
        catalogue=catalogue,
        demand=demand,
        standing={level: Standing(**{name: _mapped(folder, level, name) for name in SHARES}) for level in LEVELS},
        outside={level: np.load(folder / f"{level}-outside.npy") for level in LEVELS},
        overlaps=tuple(_group(plain) for plain in names["overlaps"]),
        generalists=names["generalists"],
    )


def _mapped(folder: Path, level: str, name: str) -> Any:
    """An array read page by page as it is asked."""
    return np.load(folder / f"{level}-{name}.npy", mmap_mode="r")


def _save(path: Path, arrays: Mapping[str, Any]) -> None:
    np.savez(path, allow_pickle=False, **arrays)


def _write_line(folder: Path, line: Line) -> None:
    codes = {"communes": line.communes, **{level: line.levels[level].codes for level in LEVELS}}
    (folder / "line.json").write_text(json.dumps(codes), encoding="utf-8")
    held = {f"of_{level}": line.levels[level].of_commune for level in LEVELS}
    _save(folder / "line.npz", {"population": line.population, **held})


def _read_line(folder: Path) -> Line:
    codes = json.loads((folder / "line.json").read_text(encoding="utf-8"))
    with np.load(folder / "line.npz") as held:
        levels = {level: Level(codes=tuple(codes[level]), of_commune=held[f"of_{level}"]) for level in LEVELS}
        return Line(communes=tuple(codes["communes"]), population=held["population"], levels=levels)


def _plain(group: OverlapGroup) -> dict[str, Any]:
    return {
        "slugs": group.slugs,
        "categories": group.categories,
        "stages": group.stages,
        "natures": group.natures,
        "strength": group.strength,
        "people": group.people,
        "reasons": [[reason.code, reason.facts] for reason in group.reasons],
    }


def _group(plain: dict[str, Any]) -> OverlapGroup:
    return OverlapGroup(
        slugs=tuple(plain["slugs"]),
        categories=tuple(plain["categories"]),
        stages=tuple(plain["stages"]),
        natures=tuple(plain["natures"]),
        strength=plain["strength"],
        people=plain["people"],
        reasons=tuple(
            Reason(code=code, facts=tuple((name, value) for name, value in facts)) for code, facts in plain["reasons"]
        ),
    )


@dataclass(frozen=True, slots=True)
class _Held:
    folder: Path
    written: float
    looked_at: float
    atlas: Atlas


_held: _Held | None = None
_lock = threading.Lock()


def atlas_now() -> Atlas:
    """This process's atlas, at most LOOK_EVERY_S behind the writer. Raises AtlasUnavailable("coverage_missing")."""
    global _held
    now = time.monotonic()
    if _held and now - _held.looked_at < LOOK_EVERY_S and _held.folder.parent == root():
        return _held.atlas
    with _lock:
        folder = current()
        written = (folder / "state.json").stat().st_mtime
        known = _held
        same = known is not None and (known.folder, known.written) == (folder, written)
        atlas = known.atlas if same and known else read(folder)
        _held = _Held(folder=folder, written=written, looked_at=now, atlas=atlas)
        return atlas


def forget() -> None:
    """Read the files anew at the next question."""
    global _held
    _held = None
