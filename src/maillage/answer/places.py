"""The place of an answer, and why an offer's zone fits it or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from maillage.core.sheets import Sheet
from maillage.core.territory import FRANCE, normalise_code
from maillage.core.vocabulary import Echelon
from maillage.core.wording import Reason, because
from maillage.territories.queries import geography

NARROWEST = ("QPV", "COMD", "ARM", "COM", "EPT", "EPCI", "CRTE", "PETR", "ZONE", "DEP", "COMO", "REG", "PAYS")
"""Kinds of territories, the narrowest first: the reason names the narrowest zone that covers the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the need is. `containing`: codes of every territory that contains it, itself included, with their names
    and kinds."""

    code: str
    name: str
    kind: str
    department: str
    containing: tuple[str, ...]
    names: Mapping[str, str]
    kinds: Mapping[str, str]

    @property
    def label(self) -> str:
        """The name, with the département that tells homonyms apart."""
        department = self.names.get(f"DEP-{self.department}", "") if self.department else ""
        return f"{self.name} ({department})" if department and department != self.name else self.name


def where_is(text: str) -> Where:
    """The place behind a code. Raises Unknown or Ambiguous naming it, never widens to the nation."""
    here = geography()
    place = here.place(normalise_code(text, book=here.book))
    around = [here.place(code) for code in sorted(here.closure.containing(place.code))]
    return Where(
        code=place.code,
        name=place.name,
        kind=place.kind,
        department=place.department,
        containing=tuple(each.code for each in around),
        names={each.code: each.name for each in around},
        kinds={each.code: each.kind for each in around},
    )


def far_from(place: Where | None) -> Echelon | None:
    """The first échelon that is distant for this place: the région, but the nation for a région; none without place."""
    if place is None or place.kind == "PAYS":
        return None
    return Echelon.NATIONAL if place.kind == "REG" else Echelon.REGIONAL


def is_unsure(sheet: Sheet) -> bool:
    """True for an offer local by nature, said to exist all over France, that no table of local bodies confirms."""
    return sheet.echelon in (Echelon.LOCAL, Echelon.DEPARTMENTAL) and FRANCE in sheet.usable and not sheet.network


def zone_reason(sheet: Sheet, place: Where | None, names: Mapping[str, str] | None = None) -> Reason:
    """Why the offer is usable in the place, by the narrowest of its zones that contains it; else where it exists.

    `names`: names of zones that do not contain the place, for « existe pour … ».
    """
    if place is None:
        return because("zone_nation") if FRANCE in sheet.usable else because("zone_local")
    code = narrowest(sheet.usable, place)
    if code is None:
        known = [(names or {}).get(code, code) for code in sheet.usable[:1]]
        return because("zone_elsewhere", zone=known[0] if known else "…", place=place.name)
    return because("zone_nation") if code == FRANCE else covering(code, place)


def covering(code: str, place: Where) -> Reason:
    """Why a zone that contains the place, and is not the nation, covers it."""
    if code == place.code:
        return because("zone_itself", place=place.name)
    kind = "zone_beneficiary" if place.kinds[code] in ("ZONE", "CRTE") else "zone_by"
    return because(kind, place=place.name, zone=place.names[code])


def narrowest(zones: Iterable[str], place: Where) -> str | None:
    """The narrowest of these zones that contains the place, None when none does."""
    fitting = [code for code in zones if code in place.names]
    return min(fitting, key=lambda item: (NARROWEST.index(place.kinds[item]), item)) if fitting else None


def zone_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of these territories, from memory; unknown codes are left out."""
    rows = geography().book.names
    return {code: rows[code] for code in codes if code in rows}
