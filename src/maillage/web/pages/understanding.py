"""Correct what was understood, in one gesture; see and forget what was learnt of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from maillage.accounts.models import User
from maillage.answer.actions import forget, learn
from maillage.answer.learning import learnable, learnt_by, surfaces
from maillage.core.errors import Invalid, Unknown
from maillage.core.tagging import Understanding, understand
from maillage.core.tags import Correction, Tag
from maillage.web.pages.answer import Asked, read_asked
from maillage.web.params import only_known
from maillage.web.typography import french
from maillage.web.understanding import (
    NAMES,
    SESSION,
    forget_here,
    labels_of,
    learnt_for,
    learnt_here,
    read_gesture,
    remember_here,
)

URL_NAME = {kind: name for name, kind in NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """One thing learnt, as the person reads it. `key`: what the form that forgets it sends."""

    key: int
    right: bool
    label: str
    words: str
    mine: bool = True


@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Correct one tag of an answer, learn it when the space may, and go back to the answer."""
    asked = read_asked(QueryDict(request.POST.get("reponse", "")[:8000]))
    added = request.POST.get("ajouter", "")
    value = request.POST.get("geste", "") or (f"avec:{added}" if added else "")
    correction = read_gesture(value)
    if correction is None:
        raise Invalid("choice_unknown", field="geste", value=value[:80], expected=["sans:odd:6", "avec:theme:tourisme"])
    if _learn(request, asked, correction):
        messages.success(request, gettext("C’est corrigé, et retenu pour vos prochains besoins."))
    return HttpResponseRedirect(f"/repondre?{corrected(asked, correction).query()}#compris")


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Let this browser remember what the visitor corrects, what they corrected of this answer first."""
    asked = read_asked(QueryDict(request.POST.get("reponse", "")[:8000]))
    request.session.setdefault(SESSION, [])
    for correction in asked.corrections():
        _learn(request, asked, correction)
    messages.success(request, gettext("Ce navigateur retient vos corrections."))
    return HttpResponseRedirect(f"/repondre?{asked.query()}#compris")


def corrected(asked: Asked, correction: Correction) -> Asked:
    """The question with this gesture in its address, and without the opposite one."""
    name = URL_NAME[correction.kind]
    mark = f"{name}:{correction.code}"
    without = tuple(each for each in asked.without if each != mark)
    more = tuple(each for each in asked.more if each != mark)
    if not correction.right:
        themes = tuple(code for code in asked.themes if (name, code) != ("theme", correction.code))
        asked = replace(asked, themes=themes)
    if name in ("etape", "public"):
        chosen = correction.code if correction.right else ""
        asked = replace(asked, stage=chosen) if name == "etape" else replace(asked, audience=chosen)
    elif correction.right:
        more = (*more, mark)
    if not correction.right:
        without = (*without, mark)
    return replace(asked, without=without, more=more)


def _learn(request: HttpRequest, asked: Asked, correction: Correction) -> bool:
    """Whether the correction was learnt: the words of the tag when it is wrong, those of the need when it lacked."""
    if not isinstance(request.user, User) and SESSION not in request.session:
        return False
    before = understand(asked.need, corrections=(*learnt_for(request), *asked.corrections()), chosen=asked.themes)
    tag = _shown(before, correction)
    words = tag.evidence if tag and tag.evidence else (asked.need,)
    if not correction.right and not (tag and tag.evidence):
        return False
    taught = learnable(kind=correction.kind, code=correction.code, right=correction.right, words=words)
    if taught is None:
        return False
    if isinstance(request.user, User):
        learn(taught, by=request.user, words=surfaces(taught, asked.need))
    else:
        remember_here(request, taught, surfaces(taught, asked.need))
    return True


def _shown(understood: Understanding, correction: Correction) -> Tag | None:
    """The tag this gesture is about, among those shown and those set aside."""
    tags: tuple[Tag, ...] = getattr(understood, correction.kind)
    aside = (item.tag for item in understood.set_aside if item.kind == correction.kind)
    return next((tag for tag in (*tags, *aside) if tag.code == correction.code), None)


def learnt(request: HttpRequest) -> HttpResponse:
    """All that this space taught us, each with the words it was said of, and the way to forget it."""
    only_known(request, ())
    if isinstance(request.user, User):
        rows = [
            Learnt(
                key=row.pk,
                right=row.right,
                label=_label(row.kind, row.code),
                words=row.words,
                mine=row.user_id == request.user.pk,
            )
            for row in learnt_by(request.user)
        ]
    else:
        rows = [
            Learnt(key=at, right=row.right, label=_label(row.kind, row.code), words=words)
            for at, (row, words) in enumerate(learnt_here(request))
        ]
    return render(request, "answer/learnt.html", {"rows": rows, "consents": SESSION in request.session})


def _label(kind: str, code: str) -> str:
    return french(labels_of(kind).get(code, code))


@require_POST
def unlearn(request: HttpRequest) -> HttpResponse:
    """Forget one thing learnt, or all of them."""
    text = request.POST.get("laquelle", "")
    if text and not (text.isascii() and text.isdigit()):
        raise Unknown("correction_unknown", value=text[:20])
    key = int(text[:12]) if text else None
    if isinstance(request.user, User):
        forget(by=request.user, pk=key)
    elif SESSION in request.session:
        forget_here(request, key)
    messages.success(request, gettext("C’est oublié."))
    return HttpResponseRedirect("/comprehension")
