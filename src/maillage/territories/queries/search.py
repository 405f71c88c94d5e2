"""Places found as one types, told apart from their homonyms in French."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.core.gazetteer import PLACE_KINDS, How, Match
from maillage.core.places import Place
from maillage.core.text import names_placed
from maillage.territories.models import TerritoryKind
from maillage.territories.queries.memory import Geography, geography

LONGEST_TEXT = 100
MOST_NAMES = 5
"""Different names looked for in a text, a third of a millisecond each; the first time each is said."""
SHORTEST_NAME = 3
"""Letters of a name read in a text: « à Y » and « de Eu » are not looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHit:
    """A place to choose from a list.

    `label`: its name, with what tells it from its homonyms (« Saint-Denis (93) »). `detail`: what it is, where, and the
    code that answered (« Commune, Seine-Saint-Denis, code postal 93200 »). `how`: what of the place answered.
    """

    place: Place
    label: str
    detail: str
    how: How

    @property
    def code(self) -> str:
        """The typed code of the place."""
        return self.place.code


def search_places(text: str, limit: int = 10, *, kinds: Set[str] = PLACE_KINDS) -> list[PlaceHit]:
    """The places that `text`, typed so far, may mean: the likeliest first, at most `limit`.

    Understands names without accents, hyphens or articles, « st », post codes, INSEE codes, SIREN, the names of
    merged communes, a name followed by a département; forgives small mistakes when nothing else is found.
    """
    here = geography()
    found = here.gazetteer.search(text[:LONGEST_TEXT], limit=limit, kinds=kinds)
    return [_hit(match, here) for match in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNamed:
    """A place a text names: where its name stands, and the places that bear it, the most important first."""

    start: int
    end: int
    hits: tuple[PlaceHit, ...]


def places_named(text: str, *, most: int = 3) -> tuple[PlaceNamed, ...]:
    """The places a text names after a preposition, with a capital and by their very name; at most `most` homonyms."""
    spans = names_placed(text)
    if not spans:
        return ()
    here = geography()
    first = {text[start:end]: (start, end) for start, end in reversed(spans) if end - start >= SHORTEST_NAME}
    found = []
    for name, (start, end) in list(reversed(first.items()))[:MOST_NAMES]:
        if matches := here.gazetteer.named(name, limit=most):
            found.append(PlaceNamed(start=start, end=end, hits=tuple(_hit(match, here) for match in matches)))
    return tuple(sorted(found, key=lambda named: named.start))


def _hit(match: Match, here: Geography) -> PlaceHit:
    place = match.place
    home = here.place(place.parent) if place.parent else place
    return PlaceHit(place=place, label=_label(place, home), detail=_detail(match, home, here), how=match.how)


def _label(place: Place, home: Place) -> str:
    number = home.department or home.region
    return f"{place.name} ({number})" if place.kind in {"COM", "COMD"} and number else place.name


def _detail(match: Match, home: Place, here: Geography) -> str:
    place = match.place
    said = [str(TerritoryKind(place.kind).label)]
    if place.parent:
        said.append(_("commune de %(name)s") % {"name": home.name})
    where = _where(home, here)
    if where in here.rows and here.place(where).name not in {place.name, home.name}:
        said.append(here.place(where).name)
    return ", ".join([*said, *_because(match)])


def _where(home: Place, here: Geography) -> str:
    """The département of a commune or grouping, the région of a département, the collectivité overseas."""
    if home.kind == "DEP":
        return f"REG-{home.region}"
    if home.kind == "COM":
        return f"COM-{home.region}" if len(home.region) == 3 else f"DEP-{home.department}"
    if home.kind in {"EPCI", "EPT"}:
        departments = Counter(here.place(code).department for code in here.closure.communes(home.code))
        return f"DEP-{departments.most_common(1)[0][0]}" if departments else ""
    return ""


def _because(match: Match) -> list[str]:
    told = {
        How.FORMER_NAME: _("ancienne commune : %(matched)s"),
        How.POSTCODE: _("code postal %(matched)s"),
        How.INSEE: _("code Insee %(matched)s"),
        How.SIREN: _("SIREN %(matched)s"),
    }
    return [told[match.how] % {"matched": match.matched}] if match.how in told else []
