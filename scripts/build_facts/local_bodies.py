"""Bodies smaller than a département, and the regional directions of the State."""

from collections import Counter
from pathlib import Path

from scripts.build_facts.departmental import directory_member
from scripts.build_facts.directory import Directory, Site, merged
from scripts.build_facts.french import host_of, slugify, typographic, without_accents
from scripts.build_facts.geography import Geography
from scripts.build_facts.members import Member, numbered
from scripts.build_facts.packs import (
    ADMINISTRATIONS,
    ANCT_2024,
    COG,
    FRANCE_SERVICES,
    read_curated,
    read_rows,
)


def sub_prefectures(directory: Directory, geography: Geography) -> tuple[list[Member], dict[str, str]]:
    """Sous-préfectures, each serving its arrondissement; and the names of these arrondissements."""
    members, names = [], {}
    for site in merged(directory.sites["sous_pref"], key=lambda s: s.commune, geography=geography):
        commune = geography.communes[site.commune]
        place = site.label if " - " in site.name else commune.name
        names[commune.district] = f"Arrondissement {of_place(commune.name)}"
        name = f"Sous-préfecture {of_place(commune.name)}"
        if place.startswith("Arrondissement"):
            continue
        zone = f"ZONE-arr-{commune.district.lower()}"
        slug = f"sous-prefecture-{site.commune.lower()}"
        members.append(directory_member("sous-prefecture", slug, name, site, zone=zone))
    used = {member.zone.removeprefix("ZONE-arr-").upper() for member in members}
    return members, {code: name for code, name in names.items() if code in used}


def of_place(name: str) -> str:
    """« de Die », « d’Arles », « du Vigan », « de La Châtre » as the official names say them."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    vowel = without_accents(name)[:1] in "aeiouy"
    return f"d’{name}" if vowel else f"de {name}"


def desks(directory: Directory, geography: Geography) -> list[Member]:
    """Missions locales and CLIC: one row per body and per EPCI where it keeps a desk."""
    members = []
    for network, kind, generic in (
        ("mission-locale", "mission_locale", "Mission locale"),
        ("clic", "clic", "CLIC"),
    ):

        def key(site: Site) -> object:
            return (geography.zone_near(site.commune), site.own_host or without_accents(site.label))

        for site in merged(directory.sites[kind], key=key, geography=geography):
            known = " - " in site.name
            name = f"{generic} – {site.label.replace(' - ', ' – ')}" if known else site.name
            slug = f"{network}-{site.commune.lower()}"
            zone = geography.zone_near(site.commune)
            members.append(directory_member(network, slug, name, site, zone=zone))
    return numbered(members)


def regional_bodies(directory: Directory, geography: Geography) -> list[Member]:
    """Directions and délégations of the 18 régions (curated/regional.csv), with the website of 2019."""
    members = []
    for row in read_curated("regional"):
        sites = [
            site
            for kind in (row["type_2019"], f"{row['type_2019']}_ut")
            for site in directory.sites.get(kind, [])
            if geography.communes[site.commune].region == row["region"]
        ]
        hosts = Counter(host_of(site.website) for site in sites if regional_host(site, row["name"]))
        members.append(
            Member(
                network=row["network"],
                slug=f"{row['network']}-{row['region']}",
                name=row["name"],
                zone=f"REG-{row['region']}",
                source=ADMINISTRATIONS if sites else COG,
                seat=row["seat"],
                website=f"http://www.{min(hosts, key=lambda host: (-hosts[host], host))}" if hosts else "",
            )
        )
    return members


def regional_host(site: Site, name: str) -> bool:
    """Keep a website only when its host names the region, or is national."""
    words = [word for word in slugify(name).split("-") if len(word) > 4]
    host = host_of(site.website).replace("-", "")
    return host in {"cnfpt.fr", "ademe.fr"} or any(word in host for word in words[-3:])


def france_services(data: Path, geography: Geography) -> list[Member]:
    """The France services of 2024, each with the telephone of its desk."""
    members = []
    for row in read_rows(data / "acteurs_france_services_2024" / "france_services.csv"):
        seat = geography.current_commune(row["insee_com"])
        members.append(
            Member(
                network="france-services",
                slug=f"fs-{row['id_fs'].lower()}",
                name=typographic(row["lib_fs"]),
                zone=geography.zone_near(seat),
                source=FRANCE_SERVICES,
                seat=seat,
                phone=row["telephone"],
            )
        )
    return members


def fabriques(data: Path, geography: Geography) -> list[Member]:
    """Tiers-lieux labelled Fabrique de territoire; the first line of the label is their name."""
    members = []
    for row in read_rows(data / "geo_zonages" / "programmes_anct_beneficiaires.csv"):
        if row["dispositif"] != "fabt":
            continue
        seat = geography.current_commune(row["code_geo"])
        members.append(
            Member(
                network="fabrique-de-territoire",
                slug=f"fabrique-de-territoire-{row['id_territoire'].removeprefix('fabt-')}",
                name=typographic(row["lib_territoire"].splitlines()[0])[:160],
                zone=geography.zone_near(seat),
                source=ANCT_2024,
                seat=seat,
            )
        )
    return sorted(members, key=lambda member: member.slug)
