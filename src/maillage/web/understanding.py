"""What was understood, as the answer's page shows it: each tag with its words, each correctable in one gesture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from maillage.accounts.models import User
from maillage.answer.learning import corrections_of
from maillage.core.lexicon.lists import words_of
from maillage.core.tagging import Understanding
from maillage.core.tags import KINDS, LEARNT, Correction, Tag
from maillage.core.vocabulary import Audience, Stage, categories, competences
from maillage.web.typography import french, in_quotes

NAMES = dict(zip(("theme", "etape", "public", "competence", "odd"), KINDS, strict=True))
"""How an address names each kind."""
TITLES = {
    "theme": _("Thèmes"),
    "etape": _("Étape"),
    "public": _("Pour"),
    "competence": _("Métiers appelés"),
    "odd": _("ODD (suggérés)"),
}
SESSION = "learnt"
"""Session key: what a visitor let this browser remember; absent until they say so."""
MOST_IN_SESSION = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TagView:
    """A tag: its words, and the gesture that takes it away or puts it back."""

    label: str
    evidence: str
    gesture: str
    learnt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that was understood of one kind, what was set aside, and what may be added."""

    name: str
    title: str
    tags: tuple[TagView, ...]
    aside: tuple[TagView, ...]
    choices: tuple[tuple[str, str], ...]


def groups_of(understood: Understanding) -> list[Group]:
    """The five kinds, in order."""
    return [_group(name, kind, understood) for name, kind in NAMES.items()]


def amounts_of(understood: Understanding) -> list[tuple[str, str]]:
    """Each sum of money read: as written, and in whole euros, « 400 k€ » being « 400 000 € »."""
    return [
        (french(amount.evidence), f"{amount.eur:,}".replace(",", "\u202f") + "\u00a0€") for amount in understood.amounts
    ]


def _group(name: str, kind: str, understood: Understanding) -> Group:
    tags: tuple[Tag, ...] = getattr(understood, kind)
    shown = {tag.code for tag in tags}
    labels = labels_of(kind)
    return Group(
        name=name,
        title=gettext(TITLES[name]),
        tags=tuple(_view(tag, kind, f"sans:{name}:{tag.code}") for tag in tags),
        aside=tuple(
            _view(item.tag, kind, f"avec:{name}:{item.tag.code}", learnt=item.learnt)
            for item in understood.set_aside
            if item.kind == kind
        ),
        choices=tuple((f"{name}:{code}", label) for code, label in labels.items() if code not in shown),
    )


def _view(tag: Tag, kind: str, gesture: str, *, learnt: bool = False) -> TagView:
    label = gettext(tag.label)
    return TagView(
        label=french(f"{tag.code}. {label}" if kind == "sdgs" else label),
        evidence=french(", ".join(in_quotes(word) for word in tag.evidence[:3])),
        gesture=gesture,
        learnt=learnt or tag.origin == LEARNT,
    )


def labels_of(kind: str) -> dict[str, str]:
    """Code → label of everything of a kind, in the words of the reader."""
    known: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
        "categories": lambda: ((code, each.label) for code, each in categories().items()),
        "stages": Stage.choices,
        "audiences": Audience.choices,
        "competences": lambda: competences().items(),
        "sdgs": lambda: ((code, f"{code}. {gettext(words.label)}") for code, words in words_of("sdgs").items()),
    }
    return {code: french(gettext(label)) for code, label in known[kind]()}


def read_gesture(value: str) -> Correction | None:
    """« sans:odd:6 » as a correction of this need; None when it is not one of ours."""
    side, _colon, rest = value.partition(":")
    name, _colon, code = rest.partition(":")
    kind = NAMES.get(name, "")
    if side not in ("sans", "avec") or not kind or code not in labels_of(kind):
        return None
    return Correction(kind, code, right=side == "avec")


def learnt_for(request: HttpRequest) -> tuple[Correction, ...]:
    """What the space of this request taught us: its account, or this browser when the visitor let it."""
    if isinstance(request.user, User):
        return corrections_of(request.user)
    return tuple(row[0] for row in learnt_here(request))


def learnt_here(request: HttpRequest) -> list[tuple[Correction, str]]:
    """What this browser remembers, each with the words the visitor saw."""
    rows: Iterable[Mapping[str, object]] = request.session.get(SESSION, ()) if SESSION in request.session else ()
    found = []
    for row in rows:
        stems = row.get("stems")
        if isinstance(stems, list) and row.get("kind") in KINDS:
            correction = Correction(str(row["kind"]), str(row["code"]), bool(row["right"]), tuple(map(str, stems)))
            found.append((correction, str(row.get("words", ""))))
    return found


def remember_here(request: HttpRequest, correction: Correction, words: str) -> None:
    """Let this browser remember one more correction, in the place of the opposite one."""
    same = {(correction.kind, correction.code, correction.stems)}
    kept = [row for row in learnt_here(request) if (row[0].kind, row[0].code, row[0].stems) not in same]
    request.session[SESSION] = [_plain(*row) for row in [*kept, (correction, words)][-MOST_IN_SESSION:]]


def forget_here(request: HttpRequest, place: int | None = None) -> None:
    """Let this browser forget one correction, or all of them and the consent with them."""
    kept = [row for at, row in enumerate(learnt_here(request)) if place is not None and at != place]
    request.session[SESSION] = [_plain(*row) for row in kept]
    if place is None:
        del request.session[SESSION]


def _plain(correction: Correction, words: str) -> dict[str, object]:
    return {
        "kind": correction.kind,
        "code": correction.code,
        "right": correction.right,
        "stems": list(correction.stems),
        "words": words,
    }
