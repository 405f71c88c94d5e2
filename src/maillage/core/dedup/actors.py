"""Organisations: one only on an identifier, or on name, address and telephone together; else a person decides.

Why so strict: of 3 915 pairs of public bodies with the same name, 3 907 share commune and kind without being one
for sure (docs/method/doublons.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, islice

from rapidfuzz import fuzz

from maillage.core.dedup.blocking import ZONES_READ
from maillage.core.dedup.comparing import zones_apart
from maillage.core.dedup.judging import probability, verdict
from maillage.core.dedup.reading import plain_address
from maillage.core.dedup.shapes import ActorSheet, Clue, Known, Pair, Verdict
from maillage.core.text import fold, is_stopword
from maillage.core.weighing import weight
from maillage.core.wording import Reason, because

_STREET = {"avenue": "av", "boulevard": "bd", "place": "pl", "route": "rte", "chemin": "che", "impasse": "imp"}
RARE_WORDS, NAME_READ = 4, 200
_LEGAL = frozenset("association asso sa sas sarl scop scic syndicat mixte".split())


@dataclass(frozen=True, slots=True)
class _Actor:
    """A sheet read once: each field in the spelling that is compared. `numbers`: those of the street, in order."""

    sheet: ActorSheet
    name: str
    street: str
    numbers: tuple[str, ...]
    telephone: str
    website: str
    identifiers: Mapping[str, frozenset[str]]


def actor_pairs(
    sheets: Sequence[ActorSheet],
    *,
    against: Sequence[ActorSheet] | None = None,
    known: Known | None = None,
    among: Iterable[tuple[str, str]] | None = None,
) -> list[Pair]:
    """The pairs of organisations that are one, or may be, the surest first; arguments as for `pairs`."""
    new, old = sorted(sheets, key=lambda sheet: sheet.key), sorted(against or (), key=lambda sheet: sheet.key)
    actors = _own_sites({sheet.key: _read(sheet) for sheet in (*new, *old)})
    if len(actors) != len(new) + len(old):
        raise ValueError("two sheets have the same key")
    order = {key: row for row, key in enumerate(actors)}
    first = None if against is None else len(new)
    said = {_ordered(tuple(keys), order): it for keys, it in (known or {}).items() if _decides(keys, it, order, first)}
    asked = {_ordered(keys, order) for keys in among} if among is not None else None
    found = []
    for one, two in asked if asked is not None else {*_couples(actors, order, first), *said}:
        points = _points(actors[one], actors[two])
        total = sum(points.values())
        if asked is not None or (one, two) in said or verdict(total) is not Verdict.DIFFERENT:
            found.append(_pair(actors[one], actors[two], points, said.get((one, two))))
    return sorted(found, key=lambda pair: (-pair.points, pair.left, pair.right))


def _pair(left: _Actor, right: _Actor, points: Mapping[str, float], said: Verdict | None) -> Pair:
    clues = [Clue(_reason(name, left.sheet, right.sheet, value), value) for name, value in points.items() if value]
    total = sum(points.values())
    most = weight("dedup", "same_from") - weight("dedup_actors", "below_same")
    if not _certain(left, right) and total > most:
        clues.append(Clue(because("dup_actor_unproved"), most - total))
        total = most
    ranked = tuple(sorted(clues, key=lambda clue: (-abs(clue.points), clue.reason.code)))
    keys = left.sheet.key, right.sheet.key
    return Pair(*keys, total, probability(total), said or verdict(total), ranked, said is not None)


@lru_cache(maxsize=2**14)
def plain_name(name: str) -> str:
    """A name without accents, case, legal form or small words: what is compared."""
    words = re.findall(r"\w+", fold(name[:NAME_READ]))
    return " ".join([word for word in words if not is_stopword(word) and word not in _LEGAL] or words)


def names_alike(one: str, two: str) -> float:
    """Of plain names, from 0 to 1: half for all the words, half for those of the shorter one found in the longer."""
    both = sorted((one, two))
    return (fuzz.token_sort_ratio(*both) + fuzz.token_set_ratio(*both)) / 200


def plain_telephone(telephone: str) -> str:
    """The last nine digits of a telephone number, whatever its prefix; "" when there are fewer."""
    digits = re.sub(r"\D", "", telephone)
    return digits[-9:] if len(digits) >= 9 else ""


def plain_street(address: str) -> str:
    """A postal address in one spelling: usual abbreviations, no punctuation."""
    return " ".join(_STREET.get(word, word) for word in plain_address(address).split())


def _read(sheet: ActorSheet) -> _Actor:
    street = plain_street(sheet.address)
    return _Actor(
        sheet=sheet,
        name=plain_name(sheet.name),
        street=street,
        numbers=tuple(re.findall(r"\d+", street)),
        telephone=plain_telephone(sheet.telephone),
        website=plain_address(sheet.website),
        identifiers=_identifiers(sheet),
    )


def _own_sites(actors: Mapping[str, _Actor]) -> dict[str, _Actor]:
    """The same, without the sites that too many give: those of a network, which say nothing of its members."""
    holders = Counter(actor.website for actor in actors.values())
    most = weight("dedup_actors", "site_holders")
    return {
        key: actor if holders[actor.website] <= most else replace(actor, website="") for key, actor in actors.items()
    }


def _points(left: _Actor, right: _Actor) -> dict[str, float]:
    """The points of each thing compared; what one of the two does not say is left out."""
    found = {"prior": weight("dedup_actors", "prior"), "identifier": _identity(left, right)}
    neutral = weight("dedup_actors", "name_neutral")
    found["name"] = weight("dedup_actors", "name") * (names_alike(left.name, right.name) - neutral)
    if left.street and right.street:
        found["address"] = weight("dedup_actors", "address_same" if _same_street(left, right) else "address_other")
    if left.telephone and right.telephone:
        same = left.telephone == right.telephone
        found["telephone"] = weight("dedup_actors", "telephone_same" if same else "telephone_other")
    if left.website and left.website == right.website:
        found["website"] = weight("dedup_actors", "website_same")
    if zones_apart(left.sheet.zones, right.sheet.zones):
        found["zones"] = weight("dedup_actors", "zones")
    return found


def _reason(name: str, left: ActorSheet, right: ActorSheet, points: float) -> Reason:
    if name == "prior":
        return because("dup_prior")
    if name == "identifier":
        if points > 0:
            return because("dup_identifier_same", value=_proof(_identifiers(left), _identifiers(right)))
        return because("dup_identifier_other", left=", ".join(left.identifiers), right=", ".join(right.identifiers))
    if name == "name":
        percent = round(100 * names_alike(plain_name(left.name), plain_name(right.name)))
        return because("dup_actor_name", left=left.name, right=right.name, percent=percent)
    if name == "address":
        return because("dup_actor_address", left=left.address, right=right.address)
    if name == "telephone":
        return because("dup_actor_telephone", left=left.telephone, right=right.telephone)
    if name == "website":
        return because("dup_address", address=left.website)
    return because("dup_zones", left=", ".join(left.zones), right=", ".join(right.zones))


def _identity(left: _Actor, right: _Actor) -> float:
    if not left.identifiers or not right.identifiers:
        return 0.0
    if _proof(left.identifiers, right.identifiers):
        return weight("dedup_actors", "identifier_same")
    return weight("dedup_actors", "identifier_other") if _broken(left.identifiers, right.identifiers) else 0.0


def _identifiers(sheet: ActorSheet) -> dict[str, frozenset[str]]:
    """Values by kind, without spaces; a SIRET also tells its SIREN."""
    found: dict[str, set[str]] = {}
    for name in sheet.identifiers:
        kind, _, value = name.partition(":")
        plain = re.sub(r"\W", "", value).upper()
        if plain:
            found.setdefault(kind.lower(), set()).add(plain)
    for siret in found.get("siret", ()):
        found.setdefault("siren", set()).add(siret[:9])
    return {kind: frozenset(values) for kind, values in found.items()}


Identifiers = Mapping[str, frozenset[str]]


def _proof(one: Identifiers, two: Identifiers) -> str:
    """An identifier both have and no other contradicts: two SIRET of one SIREN are two establishments."""
    shared = [f"{kind}:{min(both)}" for kind, values in one.items() if (both := values & two.get(kind, frozenset()))]
    return "" if _broken(one, two) else min(shared, default="")


def _broken(one: Identifiers, two: Identifiers) -> bool:
    return any(kind in two and values.isdisjoint(two[kind]) for kind, values in one.items())


def _certain(left: _Actor, right: _Actor) -> bool:
    """Whether they may be called one without asking anybody."""
    if _proof(left.identifiers, right.identifiers):
        return True
    same_telephone = bool(left.telephone) and left.telephone == right.telephone
    return same_telephone and left.name == right.name and _same_street(left, right)


def _same_street(left: _Actor, right: _Actor) -> bool:
    if left.numbers != right.numbers or not left.street or not right.street:
        return False
    alike = fuzz.token_sort_ratio(*sorted((left.street, right.street))) / 100
    return alike >= weight("dedup_actors", "address_alike")


def _couples(actors: Mapping[str, _Actor], order: Mapping[str, int], first: int | None) -> Iterator[tuple[str, str]]:
    """Couples that share an identifier, a telephone, a site, a street, two rare words, or a rare word in a place."""
    holders = Counter(word for actor in actors.values() for word in set(actor.name.split()))
    groups: dict[str, list[str]] = {}
    for key, actor in actors.items():
        rare = sorted(
            {word for word in actor.name.split() if holders[word] > 1}, key=lambda word: (holders[word], word)
        )
        for name in _block_keys(actor, rare[:RARE_WORDS]):
            groups.setdefault(name, []).append(key)
    whole, window = int(weight("dedup", "whole_group")), int(weight("dedup", "window"))
    for members in groups.values():
        ranked = sorted(members, key=lambda key: (actors[key].name, order[key]))
        reach = len(ranked) if len(ranked) <= whole else window
        for at, one in enumerate(ranked):
            for two in islice(ranked, at + 1, at + 1 + reach):
                low, high = _ordered((one, two), order)
                if first is None or order[low] < first <= order[high]:
                    yield low, high


def _block_keys(actor: _Actor, rare: Sequence[str]) -> set[str]:
    keys = {f"{kind}:{value}" for kind, values in actor.identifiers.items() for value in values}
    keys |= {f"name {' '.join(sorted(couple))}" for couple in combinations(rare, 2)}
    keys |= {f"zone {zone} {word}" for zone in actor.sheet.zones[:ZONES_READ] for word in rare[:2]}
    around = {"name": actor.name, "telephone": actor.telephone, "street": actor.street, "website": actor.website}
    return keys | {f"{kind} {value}" for kind, value in around.items() if value}


def _ordered(keys: Sequence[str], order: Mapping[str, int]) -> tuple[str, str]:
    one, two = sorted(keys, key=order.__getitem__)
    return one, two


def _decides(keys: frozenset[str], it: Verdict, order: Mapping[str, int], first: int | None) -> bool:
    if it is Verdict.DOUBTFUL or len(keys) != 2 or not keys <= order.keys():
        return False
    low, high = sorted(order[key] for key in keys)
    return first is None or low < first <= high
