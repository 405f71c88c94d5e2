"""The only writer of feedback."""

from __future__ import annotations

from maillage.answer.models import Feedback
from maillage.answer.queries import Answer


def tell_helpful(*, answer: Answer, helpful: bool) -> Feedback:
    """Keep what a person said of this answer, without its words."""
    return Feedback.objects.create(
        helpful=helpful,
        territory_code=answer.place.code if answer.place else "",
        categories=[tag.code for tag in answer.understanding.categories],
        offers=answer.tally.offers,
        gaps=answer.tally.gaps,
    )
