"""The files of the project as the checks read them: paths, trees, functions. No opinion here."""

from __future__ import annotations

import ast
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "maillage"
SKIPPED = frozenset(
    "var .venv .git node_modules __pycache__ .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache "
    "build dist".split()
)
"""Folders that hold nothing of ours."""


@lru_cache(maxsize=1)
def every_file() -> tuple[Path, ...]:
    """Every file of the project, caches and what a machine makes left out."""
    found: list[Path] = []
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(name for name in below if name not in SKIPPED and not name.endswith(".egg-info"))
        found += [Path(folder) / name for name in sorted(names)]
    return tuple(path for path in found if path.name != ".git" and not path.is_symlink())


def files(*suffixes: str, under: Path = ROOT) -> list[Path]:
    """The files with one of these suffixes below a folder."""
    return [path for path in every_file() if path.suffix in suffixes and path.is_relative_to(under)]


def code_files() -> list[Path]:
    """Python, pages, styles and scripts written by hand: migrations and vendored files are not."""
    return [path for path in files(".py", ".html", ".css", ".js") if not {"migrations", "vendor"} & set(path.parts)]


def shown(path: Path) -> str:
    """The path as a message names it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


@lru_cache(maxsize=2048)
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@lru_cache(maxsize=1)
def project() -> dict[str, dict[str, object]]:
    """`pyproject.toml`."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def rooms() -> list[Path]:
    """The folders of the package, each one a room."""
    return sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def room_of(path: Path) -> str:
    """The room a file of the package lives in."""
    return path.relative_to(PACKAGE).parts[0]


@dataclass(frozen=True, slots=True)
class Function:
    """A function or a method: where it is, how long, whether it is documented."""

    name: str
    line: int
    length: int
    documented: bool
    public: bool


def functions(module: ast.Module) -> Iterator[Function]:
    """Every function of a file, the methods and the nested ones included; nested ones are never public."""
    yield from _functions(module, public=True)


def _functions(node: ast.AST, *, public: bool) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (child.end_lineno or child.lineno) - child.lineno + 1
            seen = public and not child.name.startswith("_")
            yield Function(child.name, child.lineno, length, ast.get_docstring(child) is not None, seen)
            yield from _functions(child, public=False)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, public=public and not child.name.startswith("_"))
        else:
            yield from _functions(child, public=public)


def called_name(call: ast.Call) -> str:
    """The last name of what is called: `b` for `a.b(…)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call below a node."""
    return (item for item in ast.walk(node) if isinstance(item, ast.Call))


def strings(node: ast.AST) -> Iterator[str]:
    """Every literal text below a node."""
    for item in ast.walk(node):
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            yield item.value
