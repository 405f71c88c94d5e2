"""Networks with one body, or a few, per département: prefectures, chambers, agencies, centres."""

import re

from scripts.build_facts.directory import Directory, Site, body_key, merged, state_website
from scripts.build_facts.french import without_accents
from scripts.build_facts.geography import Geography
from scripts.build_facts.members import Member, numbered
from scripts.build_facts.packs import ADMINISTRATIONS, COG, Row, read_curated

CAF_WEBSITE = "https://www.caf.fr"


def single_bodies(directory: Directory, geography: Geography) -> list[Member]:
    """Networks that have one body per département (curated/departmental.csv)."""
    return [
        member
        for network in read_curated("departmental")
        for member in one_per_department(network, directory, geography)
    ]


def one_per_department(network: Row, directory: Directory, geography: Geography) -> list[Member]:
    """One member per département listed, plus the missing ones where the law wants one everywhere."""
    sites = directory.sites.get(network["type_2019"], [])
    chosen = {site.department: site for site in merged(sites, key=lambda s: s.department, geography=geography)}
    wanted = set(chosen) | (set(geography.main_departments()) if network["complete"] == "yes" else set())
    return [department_member(network, code, chosen.get(code), directory, geography) for code in sorted(wanted)]


def department_member(network: Row, code: str, site: Site | None, directory: Directory, geography: Geography) -> Member:
    """The body of one network in one département, listed in 2019 or known to exist by law."""
    seat = geography.departments[code]["chefLieu"] if network["seat"] == "chef-lieu" else ""
    website = CAF_WEBSITE if network["network"] == "caf" else ""
    if network["seat"] == "chef-lieu":
        website = state_website(code, directory, geography)
    return Member(
        network=network["network"],
        slug=f"{network['network']}-{code.lower()}",
        name=department_name(network, code, site, geography),
        zone=geography.zone_of_department(code),
        source=ADMINISTRATIONS if site else COG,
        seat=site.commune if site else seat,
        website=(site.website if site else "") or website,
    )


def department_name(network: Row, code: str, site: Site | None, geography: Geography) -> str:
    """The standard name of the body; « et de la mer » where the 2019 name says so."""
    if code not in geography.genitives:
        return site.name if site else network["network"]
    pattern = network["pattern"]
    if site and network["network"] == "ddt" and "et de la mer" in site.name:
        pattern = "Direction départementale des territoires et de la mer (DDTM) {of}"
    return pattern.format(of=geography.genitives[code])


def cci(directory: Directory, geography: Geography) -> list[Member]:
    """Chambers of commerce: sites of one website in one département are one chamber."""
    regions = {without_accents(row["name"]): row for row in read_curated("regions") if row["code"] > "06"}
    members = []
    sites = directory.sites["cci"]
    regional = [site for site in sites if without_accents(site.label) in regions]
    for site in regional:
        region = regions[without_accents(site.label)]
        name = f"Chambre de commerce et d’industrie de région {region['name']}"
        slug = f"cci-region-{region['code']}"
        members.append(directory_member("cci", slug, name, site, zone=f"REG-{region['code']}"))
    local = [site for site in sites if site not in regional]
    for site in merged(local, key=body_key, geography=geography):
        zone = geography.zone_of_department(site.department)
        slug = f"cci-{site.commune.lower()}"
        members.append(directory_member("cci", slug, cci_name(site, geography), site, zone=zone))
    return numbered(members)


def cci_name(site: Site, geography: Geography) -> str:
    """« Chambre de commerce et d’industrie de l’Ain », or followed by its own name."""
    generic = "Chambre de commerce et d’industrie"
    own = re.sub(r"^.*?\(CCI\)\s*(?:-\s*)?", "", site.name)
    place = without_accents(geography.departments[site.department]["nom"])
    if without_accents(own.split(" - ")[0]) == place:
        return f"{generic} {geography.genitives[site.department]}"
    if re.match(r"(de|d’|des)\b", own):
        return f"{generic} {own}"
    return f"{generic} – {own.replace(' - ', ' – ')}"


def several_bodies(directory: Directory, geography: Geography) -> list[Member]:
    """CRIB, CIDFF and Greta: real associations and groupings, sometimes several per département."""
    members = []
    for network, kind, generic in (
        ("crib", "crib", "CRIB"),
        ("cidff", "cidf", "CIDFF"),
    ):
        for site in merged(directory.sites[kind], key=body_key, geography=geography):
            name = f"{generic} – {site.label.replace(' - ', ' – ')}"
            members.append(departmental_site(network, name, site, geography))
    for site in merged(directory.sites["greta"], key=greta_key, geography=geography):
        members.append(departmental_site("greta", greta_name(site), site, geography))
    return numbered(members)


def greta_key(site: Site) -> object:
    """A Greta is named by its area; what follows is one of its sites."""
    return (site.department, without_accents(greta_name(site)))


def greta_name(site: Site) -> str:
    """« Greta – Jura » for « Greta - Jura - Siège de Lons-le-Saunier »."""
    parts = site.name.split(" - ")
    if len(parts) == 1:
        return parts[0]
    if parts[0] == "Greta":
        return f"Greta – {parts[1]}"
    return parts[0]


def departmental_site(network: str, name: str, site: Site, geography: Geography) -> Member:
    """A site of the directory that serves its département."""
    zone = geography.zone_of_department(site.department)
    return directory_member(network, f"{network}-{site.commune.lower()}", name, site, zone=zone)


def directory_member(network: str, slug: str, name: str, site: Site, *, zone: str) -> Member:
    """A member whose facts come from the directory of 2019."""
    return Member(
        network=network,
        slug=slug,
        name=name,
        zone=zone,
        source=ADMINISTRATIONS,
        seat=site.commune,
        website=site.website,
    )
