"""The only writers of accounts and of the event log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import Event, Role, User, Verb
from maillage.storage.rows import insert_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing to log: what, on which object, and the object's whole state afterwards."""

    verb: Verb
    target_type: str
    target_key: str
    snapshot: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def record_events(*, by: User | None, happened: Iterable[Happened]) -> None:
    """Log these things, all at the same instant, in the caller's transaction."""
    now, person = timezone.now(), by.pk if by else None
    insert_values(
        Event,
        ("at", "by", "verb", "target_type", "target_key", "snapshot", "facts"),
        [
            (now, person, item.verb, item.target_type, item.target_key, item.snapshot, dict(item.facts))
            for item in happened
        ],
    )


@transaction.atomic
def name_animator(*, email: str, name: str = "", password: str = "") -> User:
    """Give this person the rights of an animateur; the account is made, its address confirmed, if it is new.

    An account whose address nobody confirmed may be a stranger's: it takes this password, and loses the one it had.
    Raises django's ValidationError when the address or the password of a new account is not acceptable.
    """
    validate_email(email)
    user = User.objects.filter(email=email.lower()).first()
    confirmed = user is not None and EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
    if not confirmed:
        validate_password(password)
    if user is None:
        user = User.objects.create_user(email, password, name=name)
    elif not confirmed:
        user.set_password(password)
    user.role = Role.ANIMATOR
    user.name = name or user.name
    user.save(update_fields=["role", "name", "password"])
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    facts = {"role": Role.ANIMATOR.value}
    record_events(
        by=user, happened=[Happened(verb=Verb.DECIDED, target_type="user", target_key=str(user.pk), facts=facts)]
    )
    return user


@transaction.atomic
def become_contributor(*, user: User, name: str = "") -> User:
    """Let a person draft sheets, under the name they wish to show; an animateur keeps their role."""
    if user.role == Role.VISITOR:
        user.role = Role.CONTRIBUTOR
    user.name = " ".join(name.split())[:120] or user.name
    user.save(update_fields=["role", "name"])
    return user


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Take away a person's account; what they contributed stays in the log and the inventory, without their name."""
    user.delete()
