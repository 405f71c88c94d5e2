"""The only writers of what people say of an answer, and of what a space teaches."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.actors.models import MembershipState
from maillage.actors.queries import memberships_of
from maillage.answer.choosing import LONGEST_NEED, chosen_by
from maillage.answer.judgements import space_of, understanding_of
from maillage.answer.learning import learnt_by
from maillage.answer.models import Feedback, Judgement, LearntCorrection, Motive, Outcome, PastChoice
from maillage.answer.queries import Answer
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.core.tags import Correction
from maillage.inventory.queries import published_programmes

MOST_PER_HOUR = 40
"""Judgements one sender may give in an hour."""
LONGEST_COMMENT = 200
MOST_KEPT = 200
"""Corrections, and choices, that an account keeps; the oldest is forgotten first."""


def tell_helpful(*, answer: Answer, helpful: bool) -> Feedback:
    """Keep what a person said of this answer, without its words."""
    return Feedback.objects.create(
        helpful=helpful,
        territory_code=answer.place.code if answer.place else "",
        categories=[tag.code for tag in answer.understanding.categories],
        offers=answer.tally.offers,
        gaps=answer.tally.gaps,
    )


@transaction.atomic
def judge_offer(
    *, answer: Answer, slug: str, useful: bool, sender: str, motive: str = "", comment: str = ""
) -> Judgement:
    """Keep what a person said of one offer for this need, here; said again the same day, the last word counts.

    `sender`: what tells senders apart (an address of the network), kept only as a digest salted for the day.
    Raises Unknown("sheet_unknown"), Invalid("choice_unknown" | "comment_too_long"), Refused("too_many_judgements").
    """
    programme = published_programmes().filter(slug=slug).first()
    if programme is None:
        raise Unknown("sheet_unknown", value=slug[:200])
    if motive and motive not in Motive.values:
        raise Invalid("choice_unknown", field="raison", value=motive, expected=list(Motive.values))
    said = " ".join(comment.replace("\x00", " ").split())
    if len(said) > LONGEST_COMMENT:
        raise Invalid("comment_too_long", length=len(said), limit=LONGEST_COMMENT)
    now = timezone.now()
    since = now - dt.timedelta(hours=1)
    digest, earlier = (_sender_digest(sender, day=timezone.localdate(moment)) for moment in (now, since))
    sent = Judgement.objects.filter(sender_hash__in={digest, earlier}, created_at__gte=since).count()
    if sent >= MOST_PER_HOUR:
        raise Refused("too_many_judgements", count=sent)
    kept, _ = Judgement.objects.update_or_create(
        programme=programme,
        understanding=understanding_of(answer.question.wish.themes),
        space=space_of(answer.place),
        sender_hash=digest,
        defaults={"useful": useful, "motive": motive, "comment": said},
    )
    return kept


def _sender_digest(sender: str, *, day: dt.date) -> str:
    """A digest that tells senders apart for one day, and names nobody: its salt changes every day."""
    salted = f"avis\n{day.isoformat()}\n{sender}"
    return hmac.new(settings.SECRET_KEY.encode(), salted.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def learn(correction: Correction, *, by: User, words: str) -> LearntCorrection:
    """Keep a correction for this account and the organisation it works for; the opposite one is replaced."""
    key = hashlib.sha256(" ".join(sorted(correction.stems)).encode()).hexdigest()
    member = memberships_of(by).filter(state=MembershipState.CONFIRMED).first()
    row, _ = LearntCorrection.objects.update_or_create(
        user=by,
        kind=correction.kind,
        code=correction.code,
        key=key,
        defaults={
            "right": correction.right,
            "stems": list(correction.stems),
            "words": words,
            "organisation": member.organisation if member else None,
        },
    )
    for older in LearntCorrection.objects.filter(user=by).order_by("-id")[MOST_KEPT:]:
        older.delete()
    return row


def forget(*, by: User, pk: int | None = None) -> int:
    """Forget one correction of this space, or all those of the account. Raises Unknown when it is not one of them."""
    if pk is None:
        return LearntCorrection.objects.filter(user=by).delete()[0]
    row = learnt_by(by).filter(pk=pk).first()
    if row is None:
        raise Unknown("correction_unknown", value=pk)
    return row.delete()[0]


@transaction.atomic
def choose(*, answer: Answer, slug: str, outcome: str, by: User) -> PastChoice:
    """Keep what became of an offer for this need, for this account and the organisation it works for.

    Said again of the same need, the last word replaces the first. Raises Unknown("sheet_unknown"),
    Invalid("choice_unknown").
    """
    programme = published_programmes().filter(slug=slug).first()
    if programme is None:
        raise Unknown("sheet_unknown", value=slug[:200])
    if outcome not in Outcome.values:
        raise Invalid("choice_unknown", field="suite", value=outcome[:80], expected=list(Outcome.values))
    member = memberships_of(by).filter(state=MembershipState.CONFIRMED).first()
    row, _ = PastChoice.objects.update_or_create(
        user=by,
        programme=programme,
        need=answer.text[:LONGEST_NEED],
        defaults={
            "outcome": outcome,
            "organisation": member.organisation if member else None,
            "on": timezone.localdate(),
        },
    )
    for older in PastChoice.objects.filter(user=by).order_by("-id")[MOST_KEPT:]:
        older.delete()
    return row


def forget_choice(*, by: User, pk: int | None = None) -> int:
    """Forget one choice of this space, or all those of the account. Raises Unknown when it is not one of them."""
    if pk is None:
        return PastChoice.objects.filter(user=by).delete()[0]
    row = chosen_by(by).filter(pk=pk).first()
    if row is None:
        raise Unknown("choice_forgotten", value=pk)
    return row.delete()[0]


def erase_comment(*, judgement: Judgement) -> Judgement:
    """Take away the words of a judgement, which may name a person; the judgement stays."""
    judgement.comment = ""
    judgement.save(update_fields=["comment"])
    return judgement
