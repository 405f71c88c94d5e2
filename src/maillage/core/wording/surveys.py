"""Codes of the evaluations of sessions and cycles → French sentences. `core.wording` joins the errors to the others."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "browser_answered": _("Ce navigateur a déjà répondu : une réponse par personne, et nul ne sait laquelle."),
    "room_answered": _(
        "La salle a donné autant d’avis qu’elle compte de personnes notées présentes sans inscription. Si le vôtre "
        "manque, dites à l’animateur de vous ajouter aux présents."
    ),
    "survey_already_answered": _("Ce lien a déjà servi : une réponse par inscription, et nul ne sait laquelle."),
    "survey_closed": _("Cette évaluation est close."),
    "survey_exists": _("Cette évaluation est déjà ouverte, ou close."),
    "survey_incomplete": _("Répondez à chaque question ; « sans avis » est une réponse."),
    "survey_link_unknown": _("Ce lien ne sert plus, ou n’a jamais existé. Demandez-en un autre à l’animateur."),
    "survey_needs_people": _("Personne de noté présent : il n’y a encore personne à interroger."),
}

QUESTIONS: dict[str, str] = {
    "aims": _("Les questions posées étaient les bonnes pour ma structure."),
    "clarity": _("Je sais qui fait quoi, et où en est ce qui a été décidé."),
    "coherence": _("Ce qui est fait ici s’accorde avec ce que chaque structure fait de son côté."),
    "efficiency": _("Le résultat vaut le temps et l’argent qu’il a demandés."),
    "influence": _("Ensemble, ces structures pèsent assez pour que les choses changent."),
    "involvement": _("Elles s’engagent aussi entre les sessions, et dans la durée."),
    "learnt": _("J’ai appris quelque chose de ce que font les autres."),
    "mission": _("Elles servent l’objectif du cycle, au-delà de leur propre intérêt."),
    "next": _("Je repars avec quelque chose à faire ou à proposer."),
    "open": _("Un désaccord peut s’y dire et s’y discuter."),
    "performance": _("Ce que le cycle voulait faire est fait."),
    "relevance": _("Le cycle répond à ce dont les territoires ont besoin."),
    "reliable": _("Ces structures font ce qu’elles ont dit qu’elles feraient."),
    "resources": _("Elles apportent de quoi faire : du temps, des données, des méthodes, de l’argent."),
    "sense": _("Je sais dire pourquoi nous faisons cela ensemble, et j’ai envie de continuer."),
    "society": _("Il en reste quelque chose d’utile pour d’autres que ses membres."),
    "time": _("Le temps a été bien employé."),
    "voice": _("J’ai pu dire ce que j’avais à dire."),
}
"""What is asked, answered from « pas du tout » to « tout à fait »."""

NAMES: dict[str, str] = {
    "aims": _("Les questions"),
    "clarity": _("Clarté"),
    "coherence": _("Cohérence"),
    "efficiency": _("Efficience"),
    "influence": _("Poids"),
    "involvement": _("Engagement"),
    "learnt": _("Ce qu’on apprend"),
    "mission": _("Objectif commun"),
    "next": _("Ce qu’on en fait"),
    "open": _("Discussion"),
    "performance": _("Performance"),
    "relevance": _("Pertinence"),
    "reliable": _("Fiabilité"),
    "resources": _("Moyens apportés"),
    "sense": _("Sens"),
    "society": _("Contribution sociétale"),
    "time": _("Le temps"),
    "voice": _("La parole"),
}
"""What each question looks at, in a word."""

THEMES: dict[str, str] = {
    "approaches": _("Ce que vaut le partenariat"),
    "day": _("La journée"),
    "trust": _("La confiance"),
    "value": _("Ce que les structures apportent"),
}

MARKS: dict[int, str] = {
    4: _("tout à fait"),
    3: _("plutôt oui"),
    2: _("plutôt non"),
    1: _("pas du tout"),
    0: _("sans avis"),
}
