"""The only writers of what people say of an answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from maillage.answer.judgements import space_of, understanding_of
from maillage.answer.models import Feedback, Judgement, Motive
from maillage.answer.queries import Answer
from maillage.core.errors import Invalid, Refused, Unknown
from maillage.inventory.queries import published_programmes

MOST_PER_HOUR = 40
"""Judgements one sender may give in an hour."""
LONGEST_COMMENT = 200


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
