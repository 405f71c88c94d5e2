"""The letters that ask whether a sheet is still right: plain text, in the words of docs/guide/contribuer.md."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from maillage.curation.ladder import Asked, link_token, steps
from maillage.curation.models import Reminder

MOST_TOLD = 30
"""Sheets told one by one in a letter; the others are counted, and listed on a page."""


def reminder_letter(reminders: Sequence[Reminder]) -> EmailMessage:
    """One letter to one person for all these steps.

    Its Message-ID comes from what it says: sent again after a crash, mail programs know it for the same.
    """
    user = reminders[0].user
    with override("fr"):
        count = len(reminders)
        subject = ngettext("Une fiche à confirmer", "%(count)s fiches à confirmer", count) % {"count": count}
        body = "\n".join(
            [
                gettext("Bonjour,"),
                "",
                gettext("Personne n’a confirmé ces fiches depuis plus de six mois. Sont-elles toujours à jour ?"),
                "",
                *(line for reminder in reminders[:MOST_TOLD] for line in _told(reminder)),
                *_rest(count),
                gettext("Le lien ouvre une page avec un bouton : rien n’est confirmé sans votre geste."),
                gettext("Sans réponse, la fiche dira depuis quand elle n’est pas confirmée, puis sera archivée."),
                "",
                settings.SITE_URL,
            ]
        )
    return EmailMessage(
        subject=f"[Maillage] {subject}",
        body=body,
        to=[user.email],
        headers={"Message-ID": _identity(reminders), "Auto-Submitted": "auto-generated"},
    )


def _told(reminder: Reminder) -> list[str]:
    sheet = reminder.programme
    token = link_token(Asked(programme=str(sheet.uid), user=reminder.user_id, since=reminder.since))
    facts = {"day": date_format(reminder.since, "j F Y"), "step": reminder.step, "steps": len(steps())}
    return [
        f"« {sheet.title} »",
        gettext("non confirmée depuis le %(day)s (rappel %(step)s sur %(steps)s)") % facts,
        f"{settings.SITE_URL}/fiches/confirmer/{token}",
        "",
    ]


def _rest(count: int) -> list[str]:
    if count <= MOST_TOLD:
        return []
    more = ngettext("Et une autre", "Et %(count)s autres", count - MOST_TOLD) % {"count": count - MOST_TOLD}
    return [f"{more} : {settings.SITE_URL}/mon-espace", ""]


def _identity(reminders: Sequence[Reminder]) -> str:
    said = ",".join(str(reminder.pk) for reminder in reminders)
    domain = settings.SITE_URL.partition("//")[2].partition("/")[0].partition(":")[0]
    return f"<rappel-{hashlib.sha256(said.encode()).hexdigest()[:32]}@{domain}>"
