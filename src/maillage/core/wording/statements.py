"""Codes of the statements that members vote on → French sentences. `core.wording` joins them to the others."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "statement_has_votes": _("D’autres se sont déjà prononcés sur cette affirmation : seul un animateur la retire."),
    "statement_said": _("Cette affirmation est déjà proposée : prononcez-vous sur elle."),
    "statement_withdrawn": _("Cette affirmation est retirée."),
    "statements_full": _("La session a déjà {most} affirmations : prononcez-vous sur elles."),
    "statements_not_yours": _("Les affirmations d’une session sont aux structures qui y viennent."),
}

REASONS: dict[str, str] = {
    "statement_half_unsaid": _("dans le groupe {group}, {votes} sur {size} seulement se sont prononcées"),
    "statement_in_all": _("d’accord : {agree} sur {votes} ; pas d’accord : {disagree}"),
    "statement_in_group": _("groupe {group} : d’accord {agree} sur {votes}, pas d’accord {disagree}"),
    "statement_parts": _("elle sépare : un groupe est pour, un autre contre"),
    "statement_rejected": _("aucun groupe n’en veut"),
    "statement_shared": _("elle rassemble : plus de la moitié de chaque groupe est d’accord"),
    "statement_unsure": _("elle ne tranche pas : un groupe au moins n’est ni pour ni contre"),
}
