"""Codes of the workshops of a session → French sentences. `core.wording` joins them to the others."""

from __future__ import annotations


def _(text: str) -> str:
    return text


WORKSHOP_ERRORS: dict[str, str] = {
    "no_way_left": _(
        "Impossible de placer ainsi sans qu’une personne passe deux fois par le même atelier, "
        "ou qu’une ronde déjà jouée change. Rien n’a bougé."
    ),
    "participant_twice": _("La même personne est inscrite deux fois dans la rotation."),
    "unknown_pin": _("Cette place n’existe pas dans la rotation : ni personne, ni table, ni ronde de ce nom."),
    "workshops_out_of_range": _("Une rotation compte de {least} à {most} ateliers."),
}
