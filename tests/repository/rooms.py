"""What a room is allowed: imports and foreign keys that go down, a README that names them, doors that never write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.repository.sources import PACKAGE, calls, files, project, rooms, tree

DOORS = ("web", "api", "cli")
WRITES = frozenset(
    "save create delete bulk_create bulk_update get_or_create update_or_create acreate asave adelete".split()
)
NAMELESS = frozenset("utils util helpers helper common services service manager managers misc shared".split())
"""Module names that say nothing of what they hold."""


def floors() -> list[list[str]]:
    """The rooms by floor, the highest first, as import-linter knows them."""
    contracts = project()["tool"]["importlinter"]["contracts"]  # type: ignore[index]  # plain TOML
    layers = next(item for item in contracts if item["type"] == "layers" and item["containers"] == ["maillage"])
    return [re.findall(r"\w+", line) for line in layers["layers"]]


def floor_numbers(storeys: Sequence[Sequence[str]]) -> dict[str, int]:
    """Room → its floor, 0 for the lowest."""
    return {room: number for number, line in enumerate(reversed(storeys)) for room in line}


def writes_in(module: ast.Module) -> list[str]:
    """The calls of a file that write to the database, with their lines."""
    return [
        f"{call.lineno}: .{call.func.attr}("
        for call in calls(module)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
    ]


def rising_keys(pairs: Iterable[tuple[str, str, str]], floor: Mapping[str, int]) -> list[str]:
    """The foreign keys (name, from room, to room) that do not go down to a lower floor or stay in their room."""
    return [
        f"{name}: {origin} → {target}"
        for name, origin, target in pairs
        if origin != target and floor[target] >= floor[origin]
    ]


def foreign_keys() -> list[tuple[str, str, str]]:
    """Every relation between our tables: its name, the room that holds it, the room it points to."""
    from django.apps import apps

    found = []
    for model in apps.get_models(include_auto_created=False):
        if not model.__module__.startswith("maillage."):
            continue
        for field in (*model._meta.fields, *model._meta.many_to_many):
            target = field.related_model
            if target is not None and target.__module__.startswith("maillage."):
                name = f"{model.__name__}.{field.name}"
                found.append((name, model.__module__.split(".")[1], target.__module__.split(".")[1]))
    return found


def imported_rooms(module: ast.Module) -> set[str]:
    """The rooms a file imports, wherever the import is written."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    known = {path.name for path in rooms()}
    return {name.split(".")[1] for name in names if name.startswith("maillage.")} & known


def real_dependencies(room: Path) -> set[str]:
    """The other rooms that the code of this one imports; its tests do not count."""
    sources = [path for path in files(".py", under=room) if not path.name.startswith("test_")]
    found: set[str] = set()
    for path in sources:
        found |= imported_rooms(tree(path))
    return found - {room.name}


def told_dependencies(readme: str) -> set[str] | None:
    """The rooms in backticks in the paragraph « **Depends on** … » of a README; None when it has none.

    « `core` (text, records) » names one room: what is between brackets are modules.
    """
    found = re.search(r"\*\*Depends on\b(.*?)(?:\n\s*\n|\Z)", readme, re.DOTALL)
    if not found:
        return None
    known = {path.name for path in rooms()}
    return set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", found.group(1)))) & known


def nameless_modules() -> list[Path]:
    """The modules and folders whose name says nothing."""
    return [
        path
        for path in files(".py")
        if path.stem in NAMELESS or set(path.relative_to(PACKAGE.parents[1]).parts[:-1]) & NAMELESS
    ]
