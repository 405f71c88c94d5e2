"""A study being coded, as its page shows it: one page of its text, and the needs already taken from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.core.vocabulary import Audience, Nature, Stage, categories
from maillage.inventory.models import Need, NeedStudy
from maillage.inventory.models.studies import DocumentState, StudyDocument
from maillage.web.messages import error_told
from maillage.web.typography import french, in_quotes

FIELDS = {"stage": _("étape"), "nature": _("nature"), "audience": _("public"), "categories": _("thème")}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """One page of the text beside. `said`: why there is none."""

    text: str = ""
    number: int = 1
    total: int = 0
    said: str = ""

    @property
    def previous(self) -> int:
        """The page before, 0 for none."""
        return self.number - 1

    @property
    def following(self) -> int:
        """The page after, 0 for none."""
        return self.number + 1 if self.number < self.total else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the words of a need suggest for one field, with these words."""

    name: str
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedView:
    """A need already coded: its words, what is known of it, what is suggested."""

    uid: str
    text: str
    facts: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


def page_of(study: NeedStudy, number: int) -> TextPage:
    """One page of the text of the study, the summary when there is no text."""
    held: StudyDocument | None = getattr(study, "document", None)
    if held is None or held.state != DocumentState.READ:
        said = ""
        if held is not None:
            waiting = gettext("Le texte du PDF est en cours de lecture : rechargez la page dans un instant.")
            said = error_told(held.error) if held.error else waiting
        return TextPage(text=study.summary, total=1 if study.summary else 0, said=said)
    pages = held.pages
    place = min(max(1, number), len(pages))
    return TextPage(text=pages[place - 1], number=place, total=len(pages))


def coded_views(needs: Iterable[Need]) -> list[CodedView]:
    """The needs of a study, the latest first."""
    return [_coded(need) for need in needs][::-1]


def _coded(need: Need) -> CodedView:
    facts = [need.territory.name if need.territory else ""]
    facts += [gettext(category.label) for category in need.categories.all()]
    facts += [
        gettext(vocabulary(code).label)
        for vocabulary, code in ((Stage, need.stage), (Nature, need.nature), (Audience, need.audience))
        if code
    ]
    return CodedView(
        uid=str(need.uid),
        text=need.text,
        facts=tuple(french(fact) for fact in facts if fact),
        suggestions=tuple(
            Suggestion(
                name=name,
                label=f"{gettext(FIELDS[name])} : {', '.join(_labels(name, told['codes']))}",
                words=", ".join(in_quotes(word) for word in told["words"]),
            )
            for name, told in need.suggested.items()
        ),
    )


def _labels(name: str, codes: Iterable[str]) -> list[str]:
    if name == "categories":
        return [gettext(categories()[code].label) for code in codes]
    vocabulary = {"stage": Stage, "nature": Nature, "audience": Audience}[name]
    return [gettext(vocabulary(code).label) for code in codes]
