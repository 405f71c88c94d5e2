"""What the engine and the answer cost inside one process, without pages: p50 and p95 over distinct needs."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bench.dataset import SEED, needs, places, prefixes
from bench.timing import time_calls

AUDIENCES = ("commune", "epci", "association")
PREFIXES = 300
LONG_NEEDS, LONG_NEED = 20, 4900
"""Needs as long as the answer accepts, made of the words of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One need, its place, who asks and the theme it is narrowed to."""

    text: str
    commune: str
    audience: str
    theme: str


def questions(count: int) -> list[Question]:
    """Distinct needs, each at a commune of its own; the theme is one understood in the need, else any."""
    from maillage.core.tagging import understand
    from maillage.core.vocabulary import categories, themes
    from maillage.inventory.queries import published_programmes
    from maillage.territories.queries import geography

    draw = random.Random(SEED)
    promises = published_programmes().exclude(promise="").values_list("promise", flat=True)
    texts = needs(count, promises=list(promises.distinct().order_by("promise")[:2000]))
    communes = places(len(texts), communes=[code for code in geography().rows if code.startswith("COM-")])
    found = []
    for text, commune in zip(texts, communes, strict=True):
        known = [categories()[tag.code].theme for tag in understand(text).categories]
        theme = (known or [draw.choice(list(themes()))])[0]
        found.append(Question(text=text, commune=commune, audience=draw.choice(AUDIENCES), theme=theme))
    return found


def measure(asked: Sequence[Question]) -> dict[str, Any]:
    """Engine by number of filters, answers and place names; the first call of each kind told apart as cold."""
    from maillage.answer.warming import warm

    warm()  # as the server does before its first visitor
    found: dict[str, Any] = {"search": {}}
    for filters in range(4):
        cold, warm = _cold_and_warm(lambda question, filters=filters: _search(question, filters=filters), asked)
        found["search"][str(filters)] = {"cold": cold, "warm": warm}
    cold, warm = _cold_and_warm(lambda question: _search(question, filters=3, ranked=False), asked)
    found["engine"] = {"cold": cold, "warm": warm}
    cold, warm = _cold_and_warm(_answer, asked)
    found["answer"] = {"cold": cold, "warm": warm}
    cold, warm = _cold_and_warm(_answer, long_questions(asked))
    found["answer_long"] = {"cold": cold, "warm": warm}
    if names := _place_names():
        cold, warm = _cold_and_warm(_complete, prefixes(names, count=PREFIXES))
        found["places"] = {"cold": cold, "warm": warm}
    return found


def long_questions(asked: Sequence[Question]) -> list[Question]:
    """Needs of nearly 5 000 characters, their words drawn from all the others."""
    draw = random.Random(SEED)
    words = " ".join(question.text for question in asked).split()
    found = []
    for question in asked[:LONG_NEEDS]:
        text = ""
        while len(text) < LONG_NEED:
            text = f"{text} {draw.choice(words)}"[:LONG_NEED]
        found.append(replace(question, text=text))
    return found


def _cold_and_warm(call: Any, inputs: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return asdict(time_calls(call, inputs[:1])), asdict(time_calls(call, inputs))


def _search(question: Question, *, filters: int, ranked: bool = True) -> object:
    """Any word of the need, facets counted; filters added in the order a person narrows: place, audience, theme."""
    from maillage.search.queries import Filters, search
    from maillage.territories.queries import usable_here

    chosen: dict[str, tuple[str, ...]] = {}
    if filters > 0:
        chosen["zones"] = tuple(usable_here(question.commune))
    if filters > 1:
        chosen["audiences"] = (question.audience,)
    if filters > 2:
        chosen["themes"] = (question.theme,)
    return search(text=question.text, filters=Filters(**chosen), today=dt.date.today(), ranked=ranked)


def _answer(question: Question) -> object:
    from maillage.answer.queries import answer_need

    return answer_need(text=question.text, territory=question.commune)


def _place_names() -> list[str]:
    """Names of communes, when the room of territories completes names."""
    from maillage.territories import queries

    if not hasattr(queries, "search_places"):
        return []
    return sorted({row[3] for row in queries.geography().rows.values() if row[2] == "COM"})


def _complete(typed: str) -> object:
    from maillage.territories.queries import search_places

    return search_places(typed, limit=8)
