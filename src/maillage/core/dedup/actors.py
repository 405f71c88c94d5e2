"""Organisations: one only on an identifier, or on name, address and telephone together; else a person decides.

Why so strict: of 3 915 pairs of public bodies with the same name, 3 907 share commune and kind without being one
for sure (docs/method/doublons.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice

from rapidfuzz import fuzz

from maillage.core.dedup.comparing import zones_apart
from maillage.core.dedup.judging import probability, verdict
from maillage.core.dedup.reading import plain_address
from maillage.core.dedup.shapes import ActorSheet, Clue, Known, Pair, Verdict
from maillage.core.text import fold, is_stopword
from maillage.core.weighing import weight
from maillage.core.wording import because

_STREET = {"avenue": "av", "boulevard": "bd", "place": "pl", "route": "rte", "chemin": "che", "impasse": "imp"}
_LEGAL = frozenset("association asso sa sas sarl scop scic syndicat mixte".split())


def actor_pairs(
    sheets: Sequence[ActorSheet],
    *,
    against: Sequence[ActorSheet] | None = None,
    known: Known | None = None,
    among: Iterable[tuple[str, str]] | None = None,
) -> list[Pair]:
    """The pairs of organisations that are one, or may be, the surest first; arguments as for `pairs`."""
    new, old = sorted(sheets, key=lambda sheet: sheet.key), sorted(against or (), key=lambda sheet: sheet.key)
    by_key = {sheet.key: sheet for sheet in (*new, *old)}
    if len(by_key) != len(new) + len(old):
        raise ValueError("two sheets have the same key")
    order = {key: row for row, key in enumerate(by_key)}
    first = None if against is None else len(new)
    said = {_ordered(tuple(keys), order): it for keys, it in (known or {}).items() if _decides(keys, it, order, first)}
    asked = {_ordered(keys, order) for keys in among} if among is not None else {*_couples(by_key, order, first), *said}
    found = (compare_actors(by_key[one], by_key[two], said=said.get((one, two))) for one, two in asked)
    kept = [pair for pair in found if among is not None or pair.by_person or pair.verdict is not Verdict.DIFFERENT]
    return sorted(kept, key=lambda pair: (-pair.points, pair.left, pair.right))


def compare_actors(left: ActorSheet, right: ActorSheet, *, said: Verdict | None = None) -> Pair:
    """One pair of organisations judged; `said` is the verdict of a person."""
    clues = [clue for clue in _clues(left, right) if clue.points]
    total = sum(clue.points for clue in clues)
    most = weight("dedup", "same_from") - weight("dedup_actors", "below_same")
    if not _certain(left, right) and total > most:
        clues.append(Clue(because("dup_actor_unproved"), most - total))
        total = most
    ranked = tuple(sorted(clues, key=lambda clue: (-abs(clue.points), clue.reason.code)))
    return Pair(left.key, right.key, total, probability(total), said or verdict(total), ranked, said is not None)


def plain_name(name: str) -> str:
    """A name without accents, case, legal form or small words: what is compared."""
    words = re.findall(r"\w+", fold(name))
    return " ".join([word for word in words if not is_stopword(word) and word not in _LEGAL] or words)


def names_alike(one: str, two: str) -> float:
    """From 0 to 1: half for all the words, half for the words of the shorter name found in the longer one."""
    both = sorted((plain_name(one), plain_name(two)))
    return (fuzz.token_sort_ratio(*both) + fuzz.token_set_ratio(*both)) / 200


def plain_telephone(telephone: str) -> str:
    """The last nine digits of a telephone number, whatever its prefix; "" when there are fewer."""
    digits = re.sub(r"\D", "", telephone)
    return digits[-9:] if len(digits) >= 9 else ""


def plain_street(address: str) -> str:
    """A postal address in one spelling: usual abbreviations, no punctuation."""
    return " ".join(_STREET.get(word, word) for word in plain_address(address).split())


def _clues(left: ActorSheet, right: ActorSheet) -> Iterator[Clue]:
    yield Clue(because("dup_prior"), weight("dedup_actors", "prior"))
    yield _identity(left, right)
    alike = names_alike(left.name, right.name)
    points = weight("dedup_actors", "name") * (alike - weight("dedup_actors", "name_neutral"))
    yield Clue(because("dup_actor_name", left=left.name, right=right.name, percent=round(100 * alike)), points)
    if left.address and right.address:
        same = _same_address(left, right)
        points = weight("dedup_actors", "address_same" if same else "address_other")
        yield Clue(because("dup_actor_address", left=left.address, right=right.address), points)
    one, two = plain_telephone(left.telephone), plain_telephone(right.telephone)
    if one and two:
        points = weight("dedup_actors", "telephone_same" if one == two else "telephone_other")
        yield Clue(because("dup_actor_telephone", left=left.telephone, right=right.telephone), points)
    if left.website and plain_address(left.website) == plain_address(right.website):
        yield Clue(because("dup_address", address=left.website), weight("dedup_actors", "website_same"))
    if zones_apart(left.zones, right.zones):
        names = {"left": ", ".join(left.zones), "right": ", ".join(right.zones)}
        yield Clue(because("dup_zones", **names), weight("dedup_actors", "zones"))


def _identity(left: ActorSheet, right: ActorSheet) -> Clue:
    one, two = _identifiers(left), _identifiers(right)
    if shared := _proof(left, right):
        return Clue(because("dup_identifier_same", value=shared), weight("dedup_actors", "identifier_same"))
    if any(kind in two and not values & two[kind] for kind, values in one.items()):
        said = {"left": ", ".join(left.identifiers), "right": ", ".join(right.identifiers)}
        return Clue(because("dup_identifier_other", **said), weight("dedup_actors", "identifier_other"))
    return Clue(because("dup_prior"), 0.0)


def _identifiers(sheet: ActorSheet) -> dict[str, set[str]]:
    """Values by kind, without spaces; a SIRET also tells its SIREN."""
    found: dict[str, set[str]] = {}
    for name in sheet.identifiers:
        kind, _, value = name.partition(":")
        plain = re.sub(r"\W", "", value).upper()
        if plain:
            found.setdefault(kind.lower(), set()).add(plain)
    for siret in found.get("siret", ()):
        found.setdefault("siren", set()).add(siret[:9])
    return found


def _proof(left: ActorSheet, right: ActorSheet) -> str:
    """An identifier both have and no other contradicts: two SIRET of one SIREN are two establishments."""
    one, two = _identifiers(left), _identifiers(right)
    shared = [f"{kind}:{min(values & two[kind])}" for kind, values in one.items() if values & two.get(kind, set())]
    broken = any(kind in two and not values & two[kind] for kind, values in one.items())
    return "" if broken or not shared else min(shared)


def _certain(left: ActorSheet, right: ActorSheet) -> bool:
    """Whether they may be called one without asking anybody."""
    if _proof(left, right):
        return True
    telephone = plain_telephone(left.telephone)
    same_name = plain_name(left.name) == plain_name(right.name)
    return (
        same_name and _same_address(left, right) and bool(telephone) and telephone == plain_telephone(right.telephone)
    )


def _same_address(left: ActorSheet, right: ActorSheet) -> bool:
    one, two = sorted((plain_street(left.address), plain_street(right.address)))
    if re.findall(r"\d+", one) != re.findall(r"\d+", two):
        return False
    return bool(one) and fuzz.token_sort_ratio(one, two) / 100 >= weight("dedup_actors", "address_alike")


def _couples(
    by_key: Mapping[str, ActorSheet], order: Mapping[str, int], first: int | None
) -> Iterator[tuple[str, str]]:
    """Couples that share an identifier, a telephone, a website, an address, or the beginning of a name in a place."""
    groups: dict[str, list[str]] = {}
    for key, sheet in by_key.items():
        for name in _block_keys(sheet):
            groups.setdefault(name, []).append(key)
    whole, window = int(weight("dedup", "whole_group")), int(weight("dedup", "window"))
    for members in groups.values():
        ranked = sorted(members, key=lambda key: (plain_name(by_key[key].name), order[key]))
        reach = len(ranked) if len(ranked) <= whole else window
        for at, one in enumerate(ranked):
            for two in islice(ranked, at + 1, at + 1 + reach):
                low, high = _ordered((one, two), order)
                if first is None or order[low] < first <= order[high]:
                    yield low, high


def _block_keys(sheet: ActorSheet) -> set[str]:
    keys = {f"{kind}:{value}" for kind, values in _identifiers(sheet).items() for value in values}
    words = plain_name(sheet.name).split()
    keys |= {f"name {' '.join(couple)}" for couple in combinations(sorted(words)[:6], 2)} or {f"name {sheet.name}"}
    keys |= {f"zone {zone} {word}" for zone in sheet.zones[:3] for word in words[:4]}
    keys.add(f"telephone {plain_telephone(sheet.telephone)}")
    keys.add(f"address {plain_street(sheet.address)}")
    keys.add(f"website {plain_address(sheet.website)}")
    return {key for key in keys if not key.endswith(" ")}


def _ordered(keys: Sequence[str], order: Mapping[str, int]) -> tuple[str, str]:
    one, two = sorted(keys, key=order.__getitem__)
    return one, two


def _decides(keys: frozenset[str], it: Verdict, order: Mapping[str, int], first: int | None) -> bool:
    if it is Verdict.DOUBTFUL or len(keys) != 2 or not keys <= order.keys():
        return False
    low, high = sorted(order[key] for key in keys)
    return first is None or low < first <= high
