"""What a list is asked for, as its address says it: read strictly, written back in one canonical way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils.translation import gettext

from maillage.actors.queries import network_labels
from maillage.core.errors import Invalid, Unknown
from maillage.core.vocabulary import AidType, Audience, Echelon, Nature, Price, Stage, categories, competences, themes
from maillage.search.models import Shelf
from maillage.search.queries import Filters
from maillage.territories.queries import geography, normalise, present_around, usable_here

LONGEST = 300
"""Characters of a search; a need is longer, and has its own page."""

PATHS = {
    Shelf.PROGRAMME: "/programmes",
    Shelf.ORGANISATION: "/acteurs",
    Shelf.NEED: "/besoins",
    Shelf.STUDY: "/etudes",
}
TITLES = {
    Shelf.PROGRAMME: "Programmes",
    Shelf.ORGANISATION: "Acteurs",
    Shelf.NEED: "Besoins",
    Shelf.STUDY: "Études de besoins",
}
DEADLINES = {"": "", "bientot": "soon", "toutes": "all"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One parameter that narrows a list: its name in the address, its field in `Filters`, the codes it takes."""

    name: str
    field: str
    codes: Callable[[], Iterable[str]]


VOCABULARIES: dict[str, Callable[[str], Any]] = {
    "etape": Stage,
    "nature": Nature,
    "aide": AidType,
    "public": Audience,
    "echelon": Echelon,
    "prix": Price,
}
_ALL = {
    item.name: item
    for item in (
        Choice(name="etape", field="stages", codes=Stage.codes),
        Choice(name="nature", field="natures", codes=Nature.codes),
        Choice(name="aide", field="aid_types", codes=AidType.codes),
        Choice(name="theme", field="themes", codes=themes),
        Choice(name="categorie", field="categories", codes=categories),
        Choice(name="competence", field="competences", codes=competences),
        Choice(name="public", field="audiences", codes=Audience.codes),
        Choice(name="echelon", field="echelons", codes=Echelon.codes),
        Choice(name="prix", field="prices", codes=Price.codes),
        Choice(name="reseau", field="networks", codes=network_labels),
    )
}
NAMES: dict[str, tuple[str, ...]] = {
    Shelf.PROGRAMME: ("etape", "nature", "aide", "theme", "categorie", "competence", "public", "echelon", "prix"),
    Shelf.ORGANISATION: ("nature", "echelon", "competence", "reseau"),
    Shelf.NEED: ("theme", "competence", "etape", "nature"),
    Shelf.STUDY: (),
}
"""What narrows each list, in the order of its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A list as asked for. `place`: a typed territory code or ""; `choices`: (name, code), in order."""

    shelf: str
    text: str = ""
    place: str = ""
    deadline: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the address."""
        head = (("q", self.text), ("cloture", self.deadline))
        return tuple(pair for pair in (*head, *self.choices, ("territoire", self.place)) if pair[1])

    @property
    def query(self) -> str:
        """The parameters as an address writes them, always in the same order."""
        return urlencode(self.pairs)

    @property
    def address(self) -> str:
        """The list itself."""
        path = PATHS[Shelf(self.shelf)]
        return f"{path}?{self.query}" if self.pairs else path

    def everywhere(self) -> Wanted:
        """The same list without its place."""
        return replace(self, place="")

    def told(self) -> str:
        """The list in words: « Programmes · « friche » · Émergence · Arras »."""
        labels = [_label(name, code) for name, code in self.choices]
        words = [f"« {self.text} »"] if self.text else []
        place = [geography().book.names.get(self.place, self.place)] if self.place else []
        soon = [gettext("clôture proche")] if self.deadline == "bientot" else []
        return " · ".join([gettext(TITLES[Shelf(self.shelf)]), *words, *labels, *soon, *place])

    def filters(self) -> Filters:
        """What the index understands."""
        chosen: dict[str, Any] = {}
        for name, code in self.choices:
            field = _ALL[name].field
            chosen[field] = (*chosen.get(field, ()), code)
        if self.place:
            around = self.shelf in (Shelf.NEED, Shelf.STUDY)
            where = present_around(self.place).codes if around else usable_here(self.place)
            chosen["around" if around else "zones"] = tuple(sorted(where))
        return Filters(kind=self.shelf, deadline=DEADLINES[self.deadline], **chosen)


def read_wanted(shelf: str, pairs: Iterable[tuple[str, str]]) -> Wanted:
    """The list these parameters ask for, each one checked; an empty value asks for nothing.

    Raises Unknown("parameter_unknown"), Invalid("parameter_twice", "choice_unknown", "search_too_long"), and what
    `normalise` raises for a territory that does not exist.
    """
    names = NAMES[shelf]
    single = ("q", "territoire", *(("cloture",) if shelf == Shelf.PROGRAMME else ()))
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in single and name not in names:
            raise Unknown("parameter_unknown", name=name, expected=sorted({*single, *names}))
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    if twice := next((name for name in single if len(given.get(name, ())) > 1), None):
        raise Invalid("parameter_twice", name=twice)
    text = " ".join(given.get("q", [""])[0].split())
    if len(text) > LONGEST:
        raise Invalid("search_too_long", length=len(text), limit=LONGEST)
    place = given.get("territoire", [""])[0]
    deadline = _known("cloture", given.get("cloture", ()), [code for code in DEADLINES if code])
    return Wanted(
        shelf=shelf,
        text=text,
        place=normalise(place) if place else "",
        deadline=deadline[0] if deadline else "",
        choices=tuple(
            (name, code)
            for name in names
            if name in given
            for code in _known(name, given[name], list(_ALL[name].codes()))
        ),
    )


def _known(name: str, values: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        if value not in known:
            raise Invalid("choice_unknown", field=name, value=value, expected=known)
    return tuple(dict.fromkeys(values))


def _label(name: str, code: str) -> str:
    if name in VOCABULARIES:
        return gettext(VOCABULARIES[name](code).label)
    if name == "categorie":
        return gettext(categories()[code].label)
    if name == "competence":
        return gettext(competences()[code])
    return network_labels().get(code, code) if name == "reseau" else gettext(code)


def parse_wanted(address: str) -> Wanted:
    """The list at this address of ours: a path and its parameters. Raises Unknown("list_unknown")."""
    parts = urlsplit(address.strip())
    shelf = next((shelf for shelf, path in PATHS.items() if path == parts.path), None)
    if shelf is None or parts.netloc:
        raise Unknown("list_unknown", value=address[:200])
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "page"]
    return read_wanted(shelf, pairs)
