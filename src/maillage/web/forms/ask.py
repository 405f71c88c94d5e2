"""The question, as its form shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the one form of the house holds: a need, a place as typed, the code chosen, and what is wrong with them."""

    need: str = ""
    where: str = ""
    territory: str = ""
    error: str = ""
    place_error: str = ""


def answer_address(*, need: str, where: str = "", territory: str = "", **more: str) -> str:
    """The address of an answer; empty parts are left out."""
    parts = {"besoin": need, "ou": where, "territoire": territory, **more}
    return "/repondre?" + urlencode({name: value for name, value in parts.items() if value})
