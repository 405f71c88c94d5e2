"""The directory of public bodies of October 2019: sites put back where they are, merged into bodies."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from scripts.build_facts.french import host_of, repaired, slugify, usable_website, without_accents
from scripts.build_facts.geography import Geography
from scripts.build_facts.packs import Row, read_curated, read_rows

# Addresses of a national network: two bodies that show it are not the same body.
NATIONAL_HOSTS = frozenset(
    [
        "associations.gouv.fr",
        "cnml.gouv.fr",
        "infofemmes.com",
        "infofemmes-mp.org",
        "missions-locales.org",
        "mission-locale.fr",
        "facebook.com",
        "missionlocale.fr",
        "grandlyon.com",
        "gretanet.com",
        "greta-npdc.fr",
        "forpro-creteil.org",
    ]
)
BRANCH_WORDS = re.compile(r"antenne|site de|délégation|agence de|accueil|point|permanence", re.IGNORECASE)


@dataclass(frozen=True)
class Site:
    """One desk of the directory, with the commune of 2026 where it is."""

    id: str
    kind: str
    name: str
    commune: str
    department: str
    website: str

    @property
    def label(self) -> str:
        """What follows the generic name: a place or a body's own name."""
        return self.name.split(" - ", 1)[1] if " - " in self.name else self.name

    @property
    def own_host(self) -> str:
        """Host of a website that belongs to this body, else an empty string."""
        host = host_of(self.website)
        return "" if host in NATIONAL_HOSTS or host.endswith(".gouv.fr") else host


@dataclass
class Directory:
    """The kept sites by kind, and what was corrected on the way."""

    sites: dict[str, list[Site]]
    moved: list[str]
    lost: list[str]
    broken_websites: int


def read_directory(data: Path, geography: Geography) -> Directory:
    """Read the pack; rows of rejected.csv are left out."""
    rejected = {row["id"] for row in read_curated("rejected")}
    directory = Directory(sites=defaultdict(list), moved=[], lost=[], broken_websites=0)
    for row in read_rows(data / "acteurs_administrations_2019" / "administrations.csv.gz"):
        if row["id"] in rejected:
            continue
        commune = true_commune(row, geography)
        if not commune:
            directory.lost.append(row["id"])
            continue
        if commune != geography.current_commune(row["code_insee"]):
            directory.moved.append(f"{row['id']} → {commune}")
        website = usable_website(row["site"])
        directory.broken_websites += bool(row["site"]) and not website
        name = re.sub(r"\s+\d[0-9AB]\d{3}-\d\d$", "", repaired(row["nom"]))
        department = geography.communes[commune].department
        directory.sites[row["type"]].append(Site(row["id"], row["type"], name, commune, department, website))
    for sites in directory.sites.values():
        sites.sort(key=lambda site: site.id)
    return directory


def true_commune(row: Row, geography: Geography) -> str:
    """Commune of a site, from its postal address when that contradicts its code.

    The source lost the leading zero of postal codes: « 3000, Moulins » was read as a place
    of département 30, so bodies of départements 01 to 09 appear elsewhere.
    """
    coded = geography.current_commune(row["code_insee"])
    found = re.search(r"(\d{4,5})\s*,\s*([^,]+)$", row["adresse"])
    if not found:
        return coded
    postcode = found.group(1).zfill(5)
    town = re.sub(r"\s+cedex.*$", "", found.group(2), flags=re.IGNORECASE)
    department = postcode[:3] if postcode.startswith("97") else postcode[:2]
    if department == "20" or (coded and geography.communes[coded].department == department):
        return coded
    return geography.by_name.get((department, without_accents(town)), coded)


def merged(sites: Iterable[Site], *, key: Callable[[Site], object], geography: Geography) -> list[Site]:
    """One site per key: the one in the chef-lieu, else a « siège », else the least like a branch."""
    groups: dict[object, list[Site]] = defaultdict(list)
    for site in sites:
        groups[key(site)].append(site)
    chosen = [min(group, key=lambda site: site_rank(site, geography)) for group in groups.values()]
    return sorted(chosen, key=lambda site: (site.department, site.commune, site.id))


def site_rank(site: Site, geography: Geography) -> tuple[bool, bool, bool, int, str]:
    """Order of preference among the sites of one body, the smallest first."""
    chef_lieu = geography.departments[site.department]["chefLieu"]
    return (
        site.commune != chef_lieu,
        "siège" not in site.name.lower(),
        bool(BRANCH_WORDS.search(site.label)),
        site.label.count(" - "),
        site.id,
    )


def state_website(department: str, directory: Directory, geography: Geography) -> str:
    """« http://www.creuse.gouv.fr » when any service of the State in the département shows it."""
    host = f"{slugify(geography.departments[department]['nom'])}.gouv.fr"
    for kind in ("prefecture", "sous_pref", "ddt"):
        for site in directory.sites[kind]:
            if site.department == department and host_of(site.website) == host:
                return f"http://www.{host}"
    return ""


def body_key(site: Site) -> object:
    """Sites of one département with the same own website are the same body."""
    return (site.department, site.own_host or without_accents(site.label))
