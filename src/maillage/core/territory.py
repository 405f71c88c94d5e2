"""Typed codes of places: how they are written, and which place a code names.

`COM-62041` commune · `COMD-01039` commune déléguée or associée · `ARM-75101` arrondissement · `EPCI-200033579` ·
`EPT-200057867` · `DEP-62` · `REG-32` · `COM-975` collectivité d’outre-mer · `PAYS-99100` · `ZONE-…`, `CRTE-…`,
`PETR-…`, `QPV-…`. Notation: national schema of support schemes (schema-dispositif-aide 0.2.0), whose `COM-` has two
meanings told apart by length; the last five and `ARM-`, `EPT-` are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from maillage.core.errors import Ambiguous, Invalid, Refused, Unknown

INSEE = r"\d[\dAB]\d{3}"
SHAPES: dict[str, str] = {
    "COM": rf"{INSEE}|9[78]\d",
    "COMD": INSEE,
    "ARM": INSEE,
    "EPCI": r"\d{9}",
    "EPT": r"\d{9}",
    "DEP": r"\d[\dAB]|97\d",
    "REG": r"\d{2}",
    "PAYS": r"\d{5}",
    "ZONE": r"[A-Za-z0-9][A-Za-z0-9_.-]*",
    "CRTE": r"[A-Za-z0-9][A-Za-z0-9_.-]*",
    "PETR": r"[A-Za-z0-9][A-Za-z0-9_.-]*",
    "QPV": r"[A-Za-z0-9][A-Za-z0-9_.-]*",
}
"""What follows the hyphen, by type."""

TYPED = re.compile(r"(?P<kind>[A-Za-z]{3,4})\s?-\s?(?P<rest>\S.*)", re.DOTALL)
BARE_INSEE = re.compile(INSEE)
SIREN = re.compile(r"\d{9}")
BLANK = r"[ \u00a0\u202f]"
PASTED = re.compile(rf"[A-Za-z]{{3,4}}-[^\s,;|]+|2\d\d{BLANK}\d{{3}}{BLANK}\d{{3}}(?!\d)|[^\s,;|]+")
"""One piece of a pasted list: a typed code, a SIREN by groups of three, or whatever stands between separators."""
FRANCE = "PAYS-99100"
COUNTRY_OF_SCHEMA = {"FRA": FRANCE, "99100": FRANCE}


@dataclass(frozen=True, slots=True)
class Code:
    """A typed code taken apart: `Code("DEP", "62")` for `DEP-62`."""

    kind: str
    rest: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.rest}"

    @property
    def is_collectivity(self) -> bool:
        """True for `COM-975`, a collectivité d’outre-mer, not a commune."""
        return self.kind == "COM" and len(self.rest) == 3


def parse_code(text: str) -> Code:
    """The typed code written in `text`; case of the type and blanks around it do not matter.

    Raises Invalid("territory_malformed") when the type is not ours or the rest has not its shape.
    """
    match = TYPED.fullmatch(text.strip())
    kind = match["kind"].upper() if match else ""
    if match is None or kind not in SHAPES:
        raise Invalid("territory_malformed", value=text.strip())
    rest = match["rest"].strip()
    if SHAPES[kind].startswith(r"\d"):
        rest = rest.replace(" ", "").upper()
    if not re.fullmatch(SHAPES[kind], rest):
        raise Invalid("territory_malformed", value=text.strip())
    return Code(kind=kind, rest=rest)


@dataclass(frozen=True, slots=True)
class Codebook:
    """All the codes in use, with what it takes to read the other ways of naming a place.

    `names`: typed code → name. `successors`: INSEE code of a commune that is no more → typed code of today’s commune.
    `sirens`: SIREN → typed code. `postcodes`: post code → typed codes of its communes.
    """

    names: Mapping[str, str]
    successors: Mapping[str, str] = field(default_factory=dict)
    sirens: Mapping[str, str] = field(default_factory=dict)
    postcodes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def described(self, code: str) -> str:
        """`DEP-44 (Loire-Atlantique)`, as messages name a place."""
        return f"{code} ({self.names[code]})"


def normalise_code(text: str, *, book: Codebook) -> str:
    """The typed code of the place that `text` names by a typed code, an INSEE code or a SIREN.

    A commune that was merged gives the one that replaced it; bare, its délégué commune when there is one.
    Raises Ambiguous (both candidates named) for a bare `44`, Invalid for a malformed typed code, Unknown otherwise:
    a text that names nothing never becomes the whole country.
    """
    asked = text.strip()
    if asked in book.names:
        return asked
    if TYPED.fullmatch(asked) and asked.partition("-")[0].strip().isalpha():
        return _typed(parse_code(asked), asked=asked, book=book)
    return _bare(re.sub(r"[\s.]", "", asked).upper(), asked=asked, book=book)


def _typed(code: Code, *, asked: str, book: Codebook) -> str:
    """The code in use: as written, with another case, or after a merger."""
    for rest in (code.rest, code.rest.upper(), code.rest.lower()):
        if f"{code.kind}-{rest}" in book.names:
            return f"{code.kind}-{rest}"
    if code.kind in {"COM", "COMD"} and code.rest in book.successors:
        return book.successors[code.rest]
    raise Unknown("territory_unknown", value=asked)


def _bare(code: str, *, asked: str, book: Codebook) -> str:
    """The only place with this code whatever its type."""
    if SIREN.fullmatch(code) and code in book.sirens:
        return book.sirens[code]
    if code in COUNTRY_OF_SCHEMA:
        return FRANCE
    if BARE_INSEE.fullmatch(code):
        return _insee(code, asked=asked, book=book)
    found = [f"{kind}-{code}" for kind in ("REG", "DEP", "COM") if f"{kind}-{code}" in book.names]
    if len(found) > 1:
        raise Ambiguous("territory_ambiguous", value=asked, candidates=[book.described(each) for each in found])
    if not found:
        raise Unknown("territory_unknown", value=asked)
    return found[0]


def _insee(code: str, *, asked: str, book: Codebook) -> str:
    """Today’s commune first, then an arrondissement, a délégué commune, then the successor of a merged one."""
    for kind in ("COM", "ARM", "COMD"):
        if f"{kind}-{code}" in book.names:
            return f"{kind}-{code}"
    if code in book.successors:
        return book.successors[code]
    if code in book.postcodes:
        communes = [book.described(each) for each in book.postcodes[code]]
        raise Unknown("territory_postcode", value=asked, candidates=communes)
    raise Unknown("territory_unknown", value=asked)


def split_pasted(text: str) -> list[str]:
    """The pieces of a pasted list of codes, in order and without repeats.

    Blanks, commas, semicolons, bars and new lines separate; a SIREN written `200 033 579` stays whole.
    """
    pieces = (piece.strip("\"'«»()") for piece in PASTED.findall(text))
    return list(dict.fromkeys(piece for piece in pieces if piece))


def read_codes(pieces: Iterable[str], *, book: Codebook) -> Iterator[tuple[str, str | Refused]]:
    """Each piece with the typed code it names, or the refusal that says why not."""
    for piece in pieces:
        try:
            yield piece, normalise_code(piece, book=book)
        except Refused as refusal:
            yield piece, refusal
