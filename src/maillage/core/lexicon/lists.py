"""The word lists of this folder, read once on first use and checked for shape."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from maillage.core.lexicon.phrases import Phrasebook
from maillage.core.text import required_stems, stems, tokens
from maillage.core.weighing import weight


@dataclass(frozen=True, slots=True)
class Words:
    """What says one code: `strong` alone, `weak` with another; `sdg` and `categories` are what it calls for.

    `supporting`: the code says how more than what, and comes after a subject of equal points.
    """

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    sdg: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    label: str = ""
    supporting: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """A phrasebook with what each expression weighs for each code it speaks for."""

    book: Phrasebook
    weights: Mapping[tuple[str, ...], Mapping[str, float]]


def read_list(name: str) -> dict[str, Any]:
    """A word list of this folder as plain TOML."""
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=8)
def words_of(name: str) -> dict[str, Words]:
    """The words of each code of a list: categories, sdgs, stages or competences."""
    return {code: _words(entry) for code, entry in read_list(name).items() if code != "shared"}


@lru_cache(maxsize=1)
def shared_expressions() -> dict[str, tuple[str, ...]]:
    """The expressions that are strong for several categories on purpose."""
    return {expression: tuple(codes) for expression, codes in read_list("categories")["shared"].items()}


@lru_cache(maxsize=8)
def scale_of(name: str) -> Scale:
    """The scale of a list: strong and weak words weighed as `weights.toml` tells."""
    keyed_by = _every_stem if name == "audiences" else required_stems
    strong, weak = weight("tagging", "strong"), weight("tagging", "weak")
    weights: dict[tuple[str, ...], dict[str, float]] = {}
    for code, words in words_of(name).items():
        for points, expressions in ((weak, words.weak), (strong, words.strong)):
            for expression in expressions:
                _weigh(weights, keyed_by(expression), code=code, points=points)
    if name == "categories":
        _add_shared_and_neutral(weights, points=strong)
    return Scale(Phrasebook(weights), weights)


def _words(entry: Mapping[str, Any]) -> Words:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return Words(label=entry.get("label", ""), supporting=entry.get("supporting", False), **lists)


@lru_cache(maxsize=1)
def need_stems() -> frozenset[str]:
    """The stems that only say project, need or aid."""
    return frozenset(stems(read_list("need_words")["words"]))


def _add_shared_and_neutral(weights: dict[tuple[str, ...], dict[str, float]], *, points: float) -> None:
    """The expressions strong for several categories, and those read only to be set aside."""
    for expression, codes in shared_expressions().items():
        for code in codes:
            _weigh(weights, required_stems(expression), code=code, points=points)
    for expression in read_list("need_words")["neutral"]:
        weights.setdefault(required_stems(expression), {})


def _weigh(weights: dict[tuple[str, ...], dict[str, float]], key: tuple[str, ...], *, code: str, points: float) -> None:
    """An expression counts more by each word after the first."""
    further = weight("tagging", "further_word") * (len(key) - 1)
    weights.setdefault(key, {})[code] = round(points * (1 + further), 3)


def _every_stem(expression: str) -> tuple[str, ...]:
    """The stems of an expression whose function words count."""
    return tuple(token.stem for token in tokens(expression))
