"""Numbers and tables as the pages of measures write them."""

from __future__ import annotations

from collections.abc import Iterable


def number(value: float) -> str:
    """A number as French writes it: narrow spaces, decimal comma, three figures that matter."""
    digits = 0 if abs(value) >= 100 or value == int(value) else 1
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
