"""What people said of an answer, or of an offer in it, never the words of a need; what a space taught and chose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import User
from maillage.actors.models import Organisation
from maillage.core.tags import KINDS
from maillage.inventory.models import Programme
from maillage.storage.fields import one_code


class Feedback(models.Model):
    """« Ça m’a aidé » or not, with the place and themes understood, so that the answer can improve."""

    helpful = models.BooleanField(_("utile"))
    territory_code = models.CharField(max_length=64, blank=True)
    categories = models.JSONField(default=list, blank=True)
    offers = models.PositiveSmallIntegerField(default=0)
    gaps = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{'helpful' if self.helpful else 'not helpful'} {self.created_at:%Y-%m-%d}"


class Motive(models.TextChoices):
    """Why an offer suits a need, or does not."""

    ANSWERS = "answers", _("elle répond à mon besoin")
    SUBJECT = "subject", _("elle parle d’autre chose")
    NOT_FOR_US = "not_for_us", _("nous n’y avons pas droit")
    TOO_FAR = "too_far", _("trop loin, ou personne ici")
    OUTDATED = "outdated", _("fermée, ou fiche dépassée")
    KNOWN = "known", _("déjà essayée")
    OTHER = "other", _("autre raison")


class Judgement(models.Model):
    """« Utile » or « pas pour moi », said of one offer for one need: it moves the offer for those who have the same.

    `understanding`: the themes understood, in order, the same need for two persons; `space`: the département, or the
    wider territory, where it was said. `sender_hash`: tells senders apart for a day, names nobody. Never the words.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="judgements")
    useful = models.BooleanField(_("utile"))
    motive = models.CharField(max_length=12, choices=Motive.choices, blank=True)
    comment = models.CharField(max_length=200, blank=True)
    understanding = models.CharField(max_length=400, blank=True)
    space = models.CharField(max_length=64, blank=True)
    sender_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            one_code("motive", ["", *Motive.values], name="judgement_motive_known"),
            models.UniqueConstraint(
                fields=["programme", "understanding", "space", "sender_hash"], name="judgement_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["understanding", "space"], name="judgement_of_need"),
            models.Index(fields=["sender_hash", "created_at"], name="judgement_of_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {'useful' if self.useful else 'not useful'} {self.created_at:%Y-%m-%d}"


class LearntCorrection(models.Model):
    """What a space said of an understanding: these words say this code, or do not. Its next needs are read with it.

    The space is an account, or the organisation it works for once an animateur confirmed so. `words`: those the person
    saw; `stems`: what the next needs are compared by. It goes with the account, and can be forgotten one by one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="learnt_corrections")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="learnt_corrections"
    )
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=80)
    right = models.BooleanField()
    stems = models.JSONField(default=list)
    words = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "code", "key"], name="learnt_correction_once"),
            one_code("kind", KINDS, name="learnt_correction_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} {'right' if self.right else 'wrong'}"


class Outcome(models.TextChoices):
    """What became of an offer for a need."""

    KEPT = "kept", _("nous la retenons")
    FUNDED = "funded", _("nous l’avons obtenue")
    REFUSED = "refused", _("notre dossier a été refusé")
    DROPPED = "dropped", _("nous l’écartons")


class PastChoice(models.Model):
    """What became of an offer for a need of this space: its next needs that are alike are ranked with it.

    The space is an account, or the organisation it works for once an animateur confirmed so. `need`: its words, which
    the person chose to keep. It goes with the account, and can be forgotten one by one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="past_choices")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="past_choices"
    )
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="past_choices")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    need = models.CharField(max_length=300)
    on = models.DateField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "programme", "need"], name="past_choice_once"),
            one_code("outcome", Outcome.values, name="past_choice_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.outcome} {self.on}"
