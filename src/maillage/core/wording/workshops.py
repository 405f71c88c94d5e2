"""Codes of the workshops of a session → French sentences. `core.wording` joins them to the others."""

from __future__ import annotations

from maillage.core.wording.marking import _

ERRORS: dict[str, str] = {
    "choice_not_closed": _("Ce choix de sujets n’est pas clos : arrêtez-le d’abord, puis faites-en les ateliers."),
    "choice_not_open": _("Ce choix de sujets n’est pas ouvert : l’animateur l’ouvre et le clôt."),
    "dots_out_of_range": _("Un sujet reçoit de 0 à {most} points d’une même personne."),
    "dots_spent": _("Chacun a {most} points ; il en reste {left}. Reprenez-en sur un autre sujet."),
    "floor_taken": _(
        "{organisation} vient de prendre la parole : rien n’a changé. Recommencez si c’est bien à une autre."
    ),
    "host_elsewhere": _("Cette personne accueille déjà un autre atelier."),
    "host_not_here": _("Cette personne n’est pas venue à cette session."),
    "hosts_one_per_table": _("Dites pour chacune des {tables} tables qui l’accueille, ou personne."),
    "mend_first": _("Quelqu’un est arrivé ou parti depuis : placez d’abord qui arrive et libérez qui part."),
    "no_way_left": _(
        "Impossible de placer ainsi sans qu’une personne passe deux fois par le même atelier, "
        "ou qu’une ronde déjà jouée change. Rien n’a bougé."
    ),
    "nobody_here": _("Personne n’est encore noté présent : ouvrez l’accueil, puis tirez les places."),
    "not_a_workshop_moment": _("Ce moment n’est pas un moment d’ateliers."),
    "not_noted_here": _(
        "Votre présence à cette session n’est pas notée : donnez votre code à l’accueil, puis rouvrez ce lien."
    ),
    "not_your_dots": _("Ces points sont à quelqu’un d’autre."),
    "note_empty": _("La note est vide."),
    "note_key_taken": _(
        "Cette note a déjà été envoyée avec un autre texte. Le vôtre est dans le formulaire : "
        "envoyez-le comme une nouvelle note."
    ),
    "note_too_long": _("La note compte {length} caractères ; {limit} au plus. Coupez-la en deux : rien n’est perdu."),
    "notes_not_yours": _(
        "Les notes d’une session sont à celles et ceux qui y étaient. Votre structure n’y est pas notée présente."
    ),
    "participant_twice": _("La même personne est inscrite deux fois dans la rotation."),
    "person_left": _("Cette personne est partie : ses points ne bougent plus."),
    "proposal_gone": _(
        "Ce changement a été calculé sur des places qui ont changé depuis. Rien n’a bougé : demandez-le de nouveau."
    ),
    "rotation_begun": _(
        "La première ronde a commencé : les ateliers ne changent plus. Les places, elles, peuvent encore être réparées."
    ),
    "round_lasts": _("Une ronde dure de 1 à 240 minutes, en groupes constitués ou en brassage."),
    "round_not_begun": _("La première ronde n’a pas commencé : il n’y a pas encore de note à laisser à cet atelier."),
    "rounds_over": _("Toutes les rondes ont eu lieu."),
    "same_table": _("Ces deux personnes sont à la même table à cette ronde : il n’y a rien à échanger."),
    "seats_changed_meanwhile": _(
        "Les places, ou les présents, ont changé pendant le calcul. Rien n’a été écrit : recommencez."
    ),
    "seats_not_drawn": _("Les places ne sont pas encore tirées."),
    "speaker_not_here": _("{organisation} n’est ni notée présente, ni annoncée à ce moment."),
    "speaking_out_of_range": _("Un temps de parole va d’une seconde à {hours} heures."),
    "table_not_yours": _(
        "Vous n’êtes pas à cette table à cette ronde : votre lien écrit à la vôtre. Votre texte est dans le formulaire."
    ),
    "too_few_topics": _("Il faut au moins {tables} sujets pour {tables} ateliers ; il y en a {count}."),
    "too_many_topics": _("Ce choix compte déjà {limit} sujets : rapprochez le vôtre d’un autre."),
    "topic_chosen_by_others": _(
        "D’autres structures ont placé des points sur ce sujet : seul l’animateur peut encore le retirer."
    ),
    "topic_empty": _("Le sujet est vide."),
    "topic_gone": _("Ce sujet a été retiré ou réuni à un autre."),
    "topic_into_itself": _("Un sujet ne se réunit pas à lui-même."),
    "topic_not_yours": _("Ce sujet a été proposé par une autre structure."),
    "topics_tied": _(
        "{tied} sujets sont à égalité, pour {left} place : choisissez-en exactement autant qu’il reste de places."
    ),
    "unknown_pin": _("Cette place n’existe pas dans la rotation : ni personne, ni table, ni ronde de ce nom."),
    "workshop_elsewhere": _("Cet atelier n’est pas de ce moment."),
    "workshop_without_title": _("Chaque atelier a besoin d’un sujet."),
    "workshops_out_of_range": _("Une rotation compte de {least} à {most} ateliers."),
}
