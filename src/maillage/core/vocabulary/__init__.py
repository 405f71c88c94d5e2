"""The closed vocabularies every room shares, with their French labels, and the list of themes.

Themes and categories: Aides-territoires, 9 themes and 87 categories (Licence Ouverte 2.0).
Audiences and the eight first aid types: Aides-territoires; the others are ours and have a crosswalk.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files


class Labelled(StrEnum):
    """A code with its French label."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Labelled:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs (code, label), in order, as form and model fields want them."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def codes(cls) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(member.value for member in cls)


class Nature(Labelled):
    """The three natures of engineering."""

    PUBLIC = "PUBLIC", "Ingénierie publique"
    PROJECT = "PROJECT", "Management de projets"
    CATALYST = "CATALYST", "Catalyse entre mondes"


class Stage(Labelled):
    """The five steps of a project, in order."""

    EMERGENCE = "EMERGENCE", "Émergence"
    DESIGN = "DESIGN", "Conception"
    FUNDING = "FUNDING", "Financement"
    DELIVERY = "DELIVERY", "Réalisation"
    EVALUATION = "EVALUATION", "Évaluation"


class Echelon(Labelled):
    """Where one knocks, the most local first."""

    LOCAL = "LOCAL", "local"
    DEPARTMENTAL = "DEPARTMENTAL", "départemental"
    REGIONAL = "REGIONAL", "régional"
    NATIONAL = "NATIONAL", "national"


class Audience(Labelled):
    """Who may ask."""

    COMMUNE = "commune", "Commune"
    EPCI = "epci", "Intercommunalité"
    DEPARTMENT = "department", "Département"
    REGION = "region", "Région"
    SPECIAL = "special", "Collectivité à statut particulier"
    ASSOCIATION = "association", "Association"
    PRIVATE_PERSON = "private_person", "Particulier"
    FARMER = "farmer", "Agriculteur"
    PRIVATE_SECTOR = "private_sector", "Entreprise"
    PUBLIC_CIES = "public_cies", "Entreprise publique locale"
    PUBLIC_ORG = "public_org", "Établissement public"
    RESEARCHER = "researcher", "Recherche"


class AidType(Labelled):
    """What is given: money first, then engineering."""

    GRANT = "grant", "Subvention"
    LOAN = "loan", "Prêt"
    RECOVERABLE_ADVANCE = "recoverable_advance", "Avance récupérable"
    CEE = "cee", "Certificats d’économie d’énergie"
    GUARANTEE = "guarantee", "Garantie"
    EQUITY = "equity", "Fonds propres"
    PRIZE = "prize", "Prix"
    OTHER = "other", "Autre aide financière"
    STRATEGIC_ENGINEERING = "strategic_engineering", "Diagnostic et stratégie"
    TECHNICAL_ENGINEERING = "technical_engineering", "Ingénierie technique"
    FINANCIAL_ENGINEERING = "financial_engineering", "Ingénierie financière"
    LEGAL_ENGINEERING = "legal_engineering", "Ingénierie juridique et administrative"
    FACILITATION = "facilitation", "Animation et mise en relation"
    TRAINING = "training", "Formation"
    DATA_TOOL = "data_tool", "Donnée, outil ou méthode"
    PLACE = "place", "Lieu"


MONEY = frozenset(AidType.codes()[:8])
"""The aid types that are money."""


class Price(Labelled):
    """What the offer costs the one who asks."""

    FREE = "FREE", "gratuit"
    MEMBER_FEE = "MEMBER_FEE", "sur adhésion"
    PAID = "PAID", "payant"
    SHARED = "SHARED", "coût mutualisé"
    UNKNOWN = "UNKNOWN", "prix à vérifier"


class Recurrence(Labelled):
    """How often the offer is open."""

    ONGOING = "ongoing", "Permanente"
    RECURRING = "recurring", "Récurrente"
    ONEOFF = "oneoff", "Ponctuelle"


class Status(Labelled):
    """The life of a sheet."""

    DRAFT = "draft", "Brouillon"
    REVIEW = "review", "En revue"
    PUBLISHED = "published", "Publiée"
    ARCHIVED = "archived", "Archivée"
    MERGED = "merged", "Réunie à une autre"


class OrganisationKind(Labelled):
    """What sort of body an organisation is."""

    STATE = "state", "Service de l’État"
    STATE_OPERATOR = "state_operator", "Opérateur de l’État"
    LOCAL_AUTHORITY = "local_authority", "Collectivité"
    CONSULAR = "consular", "Chambre consulaire"
    ASSOCIATION = "association", "Association"
    FOUNDATION = "foundation", "Fondation"
    COOPERATIVE = "cooperative", "Coopérative"
    COMPANY = "company", "Entreprise"
    PUBLIC_ESTABLISHMENT = "public_establishment", "Établissement public local"
    NETWORK = "network", "Réseau"
    EUROPEAN = "european", "Institution européenne"


class Restriction(Labelled):
    """The status an offer is reserved to."""

    PVD = "pvd", "communes de Petites villes de demain"
    ACV = "acv", "communes d’Action cœur de ville"
    VA = "va", "communes de Villages d’avenir"
    TI = "ti", "intercommunalités de Territoires d’industrie"
    QPV = "qpv", "quartiers prioritaires de la politique de la ville"
    MEMBER = "member", "adhérents"
    CALL = "call", "lauréats d’un appel à projets"


class GrantStatus(Labelled):
    """Where a funded project stands, as its list says."""

    ASKED = "asked", "demandé"
    FUNDED = "funded", "financé"
    DONE = "done", "réalisé"
    REFUSED = "refused", "refusé"
    DROPPED = "dropped", "abandonné"


class LinkKind(Labelled):
    """The types of articulation, read from the first programme to the second."""

    PRECEDES = "precedes", "précède"
    COMPLEMENTS = "complements", "complète"
    REFERS_TO = "refers_to", "oriente vers"
    CO_CARRIES = "co_carries", "est co-porté avec"
    CO_FUNDS = "co_funds", "cofinance"
    RELAYS = "relays", "relaie"
    EQUIPS = "equips", "outille"
    LOCAL_VARIANT_OF = "local_variant_of", "est la variante locale de"
    REPLACES = "replaces", "remplace"
    STACKABLE = "stackable", "se cumule avec"
    NOT_STACKABLE = "not_stackable", "ne se cumule pas avec"
    OVERLAPS = "overlaps", "recouvre"


class GoalRole(Labelled):
    """What something does to a goal of the Agenda 2030."""

    DIRECT = "direct", "directement"
    INDIRECT = "indirect", "indirectement"
    OBSTACLE = "obstacle", "frein"


class GapKind(Labelled):
    """The three gaps, never confused."""

    NOTHING = "nothing", "Aucune offre connue ici"
    DISTANT = "distant", "Rien de plus proche"
    CONDITIONAL = "conditional", "Sous condition"


@dataclass(frozen=True, slots=True)
class Category:
    """One of the 87 categories, within its theme."""

    code: str
    label: str
    theme: str


@lru_cache(maxsize=1)
def categories() -> dict[str, Category]:
    """The 87 categories by code, in the order of the national vocabulary."""
    text = files(__name__).joinpath("categories.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["slug"]: Category(code=row["slug"], label=row["category"], theme=row["theme"]) for row in rows}


@lru_cache(maxsize=1)
def themes() -> dict[str, tuple[str, ...]]:
    """The 9 themes, each with the codes of its categories."""
    found: dict[str, list[str]] = {}
    for category in categories().values():
        found.setdefault(category.theme, []).append(category.code)
    return {theme: tuple(codes) for theme, codes in found.items()}


@lru_cache(maxsize=1)
def competences() -> dict[str, str]:
    """The competences by code, with their French label."""
    text = files(__name__).joinpath("competences.csv").read_text(encoding="utf-8")
    return {row["code"]: row["label"] for row in csv.DictReader(text.splitlines())}
