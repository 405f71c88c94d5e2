"""How one cell becomes one value, for each kind of field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from maillage.connectors.cells import key_of, plain_line, plain_text
from maillage.connectors.days import day_of
from maillage.connectors.fields import field_of
from maillage.connectors.identifiers import address_of, siren_of, siret_of, uid_of
from maillage.connectors.mapping import Group
from maillage.connectors.parsed import shown
from maillage.connectors.zones import zone_of
from maillage.core.records import OperatorRef

DEFAULT_SEPARATORS = {
    "codes": ("|",),
    "code": (),
    "zones": ("|", ",", ";"),
    "names": ("|",),
    "lines": ("|", "\n"),
    "numbers": ("|", ",", ";"),
}
LARGEST_AMOUNT = Decimal(10) ** 12
YES = frozenset({"oui", "vrai", "true", "1", "x", "yes"})
SIREN_MARK, SLUG_MARK = "#", "@"
SLUG = re.compile(r"@[a-zA-Z0-9-]+\s*$")


class Problem(Exception):
    """A cell is not what is expected. `became`: what is kept instead, None when the value is left out."""

    def __init__(self, expected: str, *, became: Any = None, **facts: str) -> None:
        super().__init__(expected)
        self.expected, self.became, self.facts = expected, became, facts


def _line(text: str, group: Group) -> str:
    line = plain_line(text)
    return _headed(_shortened(line, group, joiner=" "), group, joiner=" ")


def _text(text: str, group: Group) -> str:
    return _headed(
        _shortened(plain_text(text), group, joiner="\n"), group, joiner="\n" if "\n" in text.strip() else " "
    )


def _headed(text: str, group: Group, *, joiner: str) -> str:
    heading = group.first.heading
    return f"{heading} :{joiner}{text}" if heading and text else text


def _shortened(text: str, group: Group, *, joiner: str) -> str:
    limit = group.target.limit - len(group.first.heading)
    if not text or len(text) <= limit:
        return text
    cut = text[: limit - 1]
    kept = (cut[: cut.rindex(joiner)] if joiner in cut[limit // 2 :] else cut).rstrip() + "…"
    raise Problem("shorter_text", became=_headed(kept, group, joiner=joiner), limit=str(limit), length=str(len(text)))


def _code(text: str, group: Group) -> str:
    vocabulary = group.target.vocabulary
    if text in vocabulary:
        return text
    code = _by_label(group.field).get(key_of(plain_line(text)))
    if code is None:
        raise Problem("known_value", known=shown(", ".join(vocabulary.values())))
    return code


@lru_cache(maxsize=64)
def _by_label(name: str) -> dict[str, str]:
    vocabulary = field_of(name).vocabulary
    return {key_of(label): code for code, label in vocabulary.items()} | {key_of(code): code for code in vocabulary}


def _zone(text: str, _group: Group) -> str:
    try:
        return zone_of(plain_line(text))
    except ValueError:
        raise Problem("territory") from None


def _day(text: str, _group: Group) -> Any:
    try:
        return day_of(text)
    except ValueError:
        raise Problem("day") from None


def _address(text: str, _group: Group) -> str:
    try:
        return address_of(text)
    except ValueError:
        raise Problem("address") from None


def _uid(text: str, _group: Group) -> str:
    try:
        return uid_of(text)
    except ValueError:
        raise Problem("uuid") from None


def _name(text: str, _group: Group) -> OperatorRef:
    """An organisation, written « name », « name@its-slug-here » or « name#SIREN »."""
    before, _, siren = text.partition(SIREN_MARK)
    name, _, slug = before.rpartition(SLUG_MARK) if SLUG.search(before) else (before, "", "")
    ref = OperatorRef(name=plain_line(name)[:300], slug=slug.strip().lower())
    if not ref.name:
        raise Problem("organisation_name")
    try:
        return replace(ref, siren=siren_of(siren)) if siren.strip() else ref
    except ValueError:
        raise Problem("siren", became=ref) from None


def _number(text: str, _group: Group) -> int:
    match = re.fullmatch(r"(?:ODD\s*)?(\d{1,2})", text.strip(), re.IGNORECASE)
    if not match or not 1 <= int(match[1]) <= 17:
        raise Problem("sdg")
    return int(match[1])


def _flag(text: str, _group: Group) -> bool:
    return key_of(text) in YES


def _link(text: str, _group: Group) -> tuple[str, str]:
    """A label and its address, written « label address » or an address alone; an address that is none is dropped."""
    words = plain_line(text).split()
    said = next((word.strip("()") for word in words if word.strip("()").startswith(("http://", "https://"))), "")
    label = " ".join(word for word in words if word.strip("()") != said)
    try:
        address = address_of(said) if said else ""
    except ValueError:
        address = ""
    return (label or address, address)


def _year(text: str, _group: Group) -> int:
    match = re.fullmatch(r"((?:19|20|21)\d\d)(?:\.0)?", text.strip())
    if not match:
        raise Problem("year")
    return int(match[1])


def _money(text: str, _group: Group) -> Decimal:
    """Euros, from « 1 234,50 € » or « 1234.5 »."""
    digits = "".join(text.split()).removesuffix("€").replace(",", ".")
    try:
        euros = Decimal(digits).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Problem("amount") from None
    if not 0 <= euros < LARGEST_AMOUNT:
        raise Problem("amount")
    return euros


def _siren(text: str, _group: Group) -> str:
    try:
        return siren_of(text)
    except ValueError:
        raise Problem("siren") from None


def _siret(text: str, _group: Group) -> str:
    try:
        return siret_of(text)
    except ValueError:
        raise Problem("siret") from None


def _phone(text: str, _group: Group) -> str:
    number = plain_line(text)
    if not re.fullmatch(r"[+0-9][0-9 .()/-]{1,28}", number):
        raise Problem("phone")
    return number


def _slug(text: str, group: Group) -> str:
    words = re.findall(r"[a-z0-9]+", key_of(text))
    if not words:
        raise Problem("identifier")
    return "-".join(words)[: group.target.limit]


READERS: dict[str, Callable[[str, Group], Any]] = {
    "line": _line,
    "lines": _line,
    "text": _text,
    "code": _code,
    "codes": _code,
    "zones": _zone,
    "day": _day,
    "address": _address,
    "uid": _uid,
    "names": _name,
    "links": _link,
    "numbers": _number,
    "flag": _flag,
    "year": _year,
    "money": _money,
    "siren": _siren,
    "siret": _siret,
    "phone": _phone,
    "slug": _slug,
}
