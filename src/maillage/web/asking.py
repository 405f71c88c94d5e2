"""What a coverage page is asked, read from its address: theme, category, stage, nature, place, day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from maillage.answer.places import zone_names
from maillage.core.coverage import Choice
from maillage.core.errors import Invalid
from maillage.core.vocabulary import Nature, Stage, categories, themes
from maillage.coverage.atlas import LEVELS, Atlas
from maillage.coverage.queries import atlas_of
from maillage.web.params import chosen, day_asked, only_known
from maillage.web.typography import french

ASKED = ("theme", "categorie", "etape", "nature", "dans", "date")
LEVEL_NAMES = {"departement": "DEP", "epci": "EPCI", "region": "REG"}


@lru_cache(maxsize=4096)
def _written(name: str, value: str) -> str:
    """One pair as an address writes it: a page of coverage writes the same ones in a thousand addresses."""
    return urlencode({name: value})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question: `inside` the code of a région or département one looks into, "" for the whole country."""

    theme: str
    category: str
    stage: str
    nature: str
    inside: str
    day: dt.date | None

    @cached_property
    def choice(self) -> Choice:
        """The same for the core: a category, else those of the theme, else any."""
        codes = (self.category,) if self.category else themes().get(self.theme, ())
        return Choice(
            categories=codes,
            stages=(self.stage,) if self.stage else (),
            natures=(self.nature,) if self.nature else (),
        )

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The address of the question, without what is not said."""
        said = {
            "theme": self.theme,
            "categorie": self.category,
            "etape": self.stage,
            "nature": self.nature,
            "dans": self.inside,
            "date": self.day.isoformat() if self.day else "",
        }
        return tuple((name, value) for name, value in said.items() if value)

    def address(self, path: str, **other: str) -> str:
        """A page with the same question, some of it changed; "" takes it away."""
        said = [_written(name, value) for name, value in (dict(self.pairs) | other).items() if value]
        return f"{path}?{'&'.join(said)}" if said else path

    @cached_property
    def told(self) -> str:
        """The question in words."""
        parts = [
            gettext(categories()[self.category].label) if self.category else gettext(self.theme) if self.theme else "",
            gettext(Stage(self.stage).label) if self.stage else "",
            gettext(Nature(self.nature).label) if self.nature else "",
        ]
        return french(" · ".join(part for part in parts if part) or gettext("tous les thèmes"))

    @cached_property
    def level(self) -> str:
        """The level of the map: départements, or EPCI inside a wider place."""
        return "EPCI" if self.inside else "DEP"


def read_question(request: HttpRequest, *, also: Collection[str] = ()) -> tuple[Asked, QueryDict, Atlas]:
    """The question, the query, and the coverage of the day asked. Raises Unknown or Invalid naming what is wrong."""
    query = only_known(request, (*ASKED, *also))
    category = (chosen(query, "categorie", categories()) or ("",))[0]
    theme = (chosen(query, "theme", themes()) or ("",))[0]
    theme = categories()[category].theme if category else theme
    asked = Asked(
        theme=theme,
        category=category,
        stage=(chosen(query, "etape", Stage.codes()) or ("",))[0],
        nature=(chosen(query, "nature", Nature.codes()) or ("",))[0],
        inside=query.get("dans", "").strip(),
        day=day_asked(query, "date"),
    )
    atlas = atlas_of(asked.day)
    if asked.inside and not any(asked.inside in atlas.line.levels[level].codes for level in ("REG", "DEP")):
        raise Invalid("choice_unknown", field="dans", value=asked.inside[:40], expected=["DEP-62", "REG-32"])
    return asked, query, atlas


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """One choice of the form: its name in the address, its label, its values (code, words, chosen)."""

    name: str
    label: str
    every: str
    values: tuple[tuple[str, str, bool], ...]


def selectors(asked: Asked, atlas: Atlas) -> tuple[Selector, ...]:
    """Theme, category of the theme, stage, nature, place."""
    departments = zone_names(atlas.line.levels["DEP"].codes)
    codes = themes().get(asked.theme, ())
    return (
        _selector(
            "theme", gettext("Thème"), gettext("Tous"), [(each, gettext(each)) for each in themes()], asked.theme
        ),
        _selector(
            "categorie",
            gettext("Catégorie"),
            gettext("Toutes") if codes else gettext("Choisissez un thème"),
            [(code, gettext(categories()[code].label)) for code in codes],
            asked.category,
        ),
        _selector(
            "etape", gettext("Étape"), gettext("Toutes"), [(each, gettext(each.label)) for each in Stage], asked.stage
        ),
        _selector(
            "nature",
            gettext("Nature d’ingénierie"),
            gettext("Toutes"),
            [(each, gettext(each.label)) for each in Nature],
            asked.nature,
        ),
        _selector(
            "dans",
            gettext("Où"),
            gettext("France, par département"),
            sorted(departments.items(), key=lambda pair: pair[1]),
            asked.inside,
        ),
    )


def _selector(name: str, label: str, every: str, values: list[tuple[str, str]], held: str) -> Selector:
    told = tuple((str(code), french(words), code == held) for code, words in values)
    return Selector(name=name, label=label, every=every, values=told)


def level_of(code: str, atlas: Atlas) -> str:
    """The level a place is at. Raises Invalid("choice_unknown")."""
    for level in ("DEP", "EPCI", "REG"):
        if code in atlas.line.levels[level].codes:
            return level
    raise Invalid("choice_unknown", field="lieu", value=code[:40], expected=list(LEVELS))
