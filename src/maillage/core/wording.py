"""Codes of errors and reasons → French sentences, marked for translation, used by every door.

`_` only marks: a door that speaks another language passes its own `translate`.
Keys are alphabetical within each table; facts fill the braces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from maillage.core.errors import MaillageError


def _(text: str) -> str:
    return text


ERRORS: dict[str, str] = {
    "backup_damaged": _("La sauvegarde {file} est abîmée : son empreinte ne correspond pas. Rien n’a été changé."),
    "backup_other_database": _(
        "La sauvegarde {file} vient d’une base {held} ; celle-ci est {used}. Rien n’a été changé."
    ),
    "backup_unreadable": _("{file} n’est pas une sauvegarde de Maillage. Rien n’a été changé."),
    "choice_unknown": _("« {value} » n’est pas un choix possible pour {field}. Choix possibles : {expected}."),
    "closes_before_it_opens": _("La date de clôture ({value}) précède la date d’ouverture."),
    "code_unknown": _("« {value} » n’est pas une valeur connue pour {field}."),
    "day_unreadable": _("« {value} » n’est pas un jour : écrivez-le ainsi, 2026-01-31."),
    "field_required": _("Le champ {field} est vide ; il est obligatoire."),
    "field_too_long": _("Le champ {field} compte {length} caractères ; {limit} au plus."),
    "file_unreadable": _("Le fichier {file} est illisible : {reason}."),
    "line_unreadable": _("La ligne {line} du fichier {file} est illisible : {reason}."),
    "index_broken": _("L’index de recherche est abîmé ; il se répare, réessayez dans une minute."),
    "index_busy": _("Un autre programme écrit déjà l’index de recherche."),
    "index_missing": _("L’index de recherche se construit ; réessayez dans une minute."),
    "link_end_unknown": _("La fiche « {slug} » citée par une articulation n’existe pas."),
    "link_kind_unknown": _("« {kind} » n’est pas un type d’articulation connu."),
    "missing_source": _("Une fiche publiée nomme sa source : il manque une adresse ou un nom de source."),
    "move_not_allowed": _("Une fiche « {current} » ne peut pas passer à « {wanted} »."),
    "need_empty": _("Décrivez votre besoin en quelques mots."),
    "need_too_long": _("Votre texte compte {length} caractères ; {limit} au plus. Gardez l’essentiel."),
    "network_unknown": _("Le réseau « {value} » n’existe pas."),
    "not_a_web_address": _("« {value} » n’est pas une adresse web ({field})."),
    "organisation_unknown": _("L’organisation « {value} » n’existe pas."),
    "page_unknown": _("La page {page} n’existe pas."),
    "port_busy": _("Le port {port} de {host} ne peut pas être ouvert ({why}). Essayez --port avec un autre numéro."),
    "parameter_twice": _("L’adresse donne deux fois « {name} » ; une seule fois suffit."),
    "parameter_unknown": _("L’adresse contient « {name} », que cette page ne connaît pas. Elle accepte : {expected}."),
    "parameter_unreadable": _("Le contenu de « {name} » n’est pas du texte lisible."),
    "place_not_chosen": _("Plusieurs lieux s’appellent « {value} » : {candidates}. Donnez l’un de ces codes."),
    "programme_unknown": _("Le programme « {value} » n’existe pas ({field})."),
    "record_twice": _("La fiche {value} figure deux fois dans ce lot."),
    "territory_ambiguous": _("« {value} » désigne plusieurs territoires : {candidates}. Écrivez l’un de ces codes."),
    "territory_malformed": _("« {value} » n’a pas la forme d’un code de territoire, par exemple COM-62041 ou DEP-62."),
    "territory_postcode": _(
        "« {value} » est un code postal, pas un code INSEE. Il dessert : {candidates}. Écrivez le code INSEE."
    ),
    "territory_unknown": _("« {value} » n’est pas un territoire connu."),
    "zone_codes_refused": _("La zone n’a pas été créée ; ces codes ne vont pas : {refused}."),
    "zone_empty": _("La zone n’a pas été créée : la liste ne contient aucun code."),
    "zone_exists": _("Une zone porte déjà ce nom ou ce code : {value}."),
    "zone_name_missing": _("Donnez un nom à la zone."),
}

REASONS: dict[str, str] = {
    "acronym_means": _("« {asked} » signifie « {other} »."),
    "audience_missing": _("réservé à : {audiences}"),
    "closed": _("clos depuis le {day}"),
    "closes_in_days": _("clôture dans {days} jours"),
    "closes_on": _("clôture le {day}"),
    "generalist": _("intervient sur tous les sujets"),
    "local_of_national": _("relais local de « {title} »"),
    "pays_for": _("finance aussi : {stages}"),
    "price_free": _("gratuit"),
    "price_member_fee": _("sur adhésion"),
    "price_paid": _("payant"),
    "price_shared": _("coût mutualisé"),
    "reserved": _("réservé : {label}"),
    "same_cell": _("interviennent toutes deux à l’étape « {stage} »"),
    "same_object": _("traitent toutes deux de {themes}"),
    "stages_follow": _("la première relève de l’étape « {before} », la seconde de l’étape « {after} »"),
    "synonym": _("« {asked} » se dit aussi « {other} »."),
    "theme_shared": _("traite de {themes}"),
    "words_in_text": _("{words} dans la fiche"),
    "words_in_title": _("{words} dans le titre"),
    "written_as_acronym": _("« {asked} » s’abrège en « {other} »."),
    "zone_beneficiary": _("{place} fait partie de « {zone} »"),
    "zone_by": _("couvre {place} par {zone}"),
    "zone_elsewhere": _("existe pour {zone}, pas pour {place}"),
    "zone_itself": _("propre à {place}"),
    "zone_local": _("offre locale : choisissez un lieu"),
    "zone_nation": _("ouvert dans toute la France"),
}

TEMPLATES: dict[str, dict[str, str]] = {"error": ERRORS, "reason": REASONS}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code and the facts its sentence needs."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The reason in words."""
        return translate(REASONS[self.code]).format(**dict(self.facts))


def because(code: str, **facts: object) -> Reason:
    """A reason with its facts."""
    return Reason(code=code, facts=tuple((name, str(value)) for name, value in facts.items()))


def error_sentence(error: MaillageError, translate: Callable[[str], str] = str) -> str:
    """The error in words; facts it does not use are left out, lists are joined by commas."""
    return translate(ERRORS[error.code]).format(**_words(error.facts))


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)
        for name, value in facts.items()
    }
