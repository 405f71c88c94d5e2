"""WHO ACTS: people with an account, and the log of what was done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from maillage.storage.fields import one_code


class Role(models.TextChoices):
    """What a person may do; each role includes the ones before."""

    VISITOR = "visitor", _("Visiteur")
    CONTRIBUTOR = "contributor", _("Contributeur")
    ANIMATOR = "animator", _("Animateur")


class UserManager(BaseUserManager["User"]):
    """Accounts are named by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new account; without password it cannot sign in until one is chosen."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account with every right, as Django's own commands expect."""
        return self.create_user(email, password, role=Role.ANIMATOR, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person with an account: an e-mail address, a name to show if they wish, a role."""

    username = None  # type: ignore[assignment]  # the e-mail address is the name
    first_name = None  # type: ignore[assignment]  # minimal data: one display name
    last_name = None  # type: ignore[assignment]  # minimal data: one display name
    email = models.EmailField(_("adresse électronique"), unique=True)
    name = models.CharField(_("nom affiché"), max_length=120, blank=True)
    role = models.CharField(_("rôle"), max_length=12, choices=Role.choices, default=Role.VISITOR)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # narrower manager on purpose

    class Meta:
        constraints = [one_code("role", Role.values, name="user_role_known")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_contributor(self) -> bool:
        """May draft sheets and submit them."""
        return self.role in (Role.CONTRIBUTOR, Role.ANIMATOR)

    @property
    def is_animator(self) -> bool:
        """May review, publish, and name contributors."""
        return self.role == Role.ANIMATOR


class Verb(models.TextChoices):
    """What can happen to an object."""

    CREATED = "created", _("créé")
    CHANGED = "changed", _("modifié")
    SUBMITTED = "submitted", _("soumis")
    PUBLISHED = "published", _("publié")
    ARCHIVED = "archived", _("archivé")
    DECIDED = "decided", _("tranché")
    SIGNALLED = "signalled", _("signalé")
    IMPORTED = "imported", _("importé")
    REMOVED = "removed", _("retiré")


class Event(models.Model):
    """One thing that was done, by whom, and the whole object as it stood afterwards.

    `snapshot` makes « as known on date D » exact: the state on D is the newest snapshot before the end of D.
    The growing `id` is the outbox that the search index follows.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    target_type = models.CharField(max_length=24)
    target_key = models.CharField(max_length=64)
    facts = models.JSONField(default=dict, blank=True)
    snapshot = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["target_type", "target_key", "at"], name="event_of_target"),
            models.Index(fields=["target_type", "id"], name="event_last_of_type"),
        ]
        constraints = [one_code("verb", Verb.values, name="event_verb_known")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.verb} {self.target_type} {self.target_key}"
