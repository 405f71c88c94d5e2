"""Statements that members put to the others, and what each organisation says of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from maillage.actors.models import Organisation
from maillage.dialogue.models.sessions import Session


class Statement(models.Model):
    """One sentence to agree with or not, put by an organisation that comes. `withdrawn_at`: no longer voted on."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="statements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="statements")
    text = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "text"], condition=models.Q(withdrawn_at=None), name="statement_said_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class StatementVote(models.Model):
    """What an organisation says of a statement: 1 agrees, -1 does not, 0 passes; said again, it replaces."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="votes")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="statement_votes")
    value = models.SmallIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "organisation"], name="statement_vote_once"),
            models.CheckConstraint(condition=models.Q(value__in=[-1, 0, 1]), name="statement_vote_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.value} on {self.statement_id}"
