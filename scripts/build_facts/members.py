"""One row per local body: the value every builder returns, and the table they make together."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scripts.build_facts.packs import ACTEE, ADMINISTRATIONS, BANATIC, COG, Row, Source

HEADER = ("network", "slug", "name", "siren", "seat", "zone", "website", "phone", "source_id", "as_of")
SOURCES = {source.id: source for source in (ACTEE, ADMINISTRATIONS, BANATIC, COG)}


@dataclass(frozen=True)
class Member:
    """A local body, the commune of its seat when known, and the place it serves."""

    network: str
    slug: str
    name: str
    zone: str
    source: Source
    siren: str = ""
    seat: str = ""
    website: str = ""
    phone: str = ""

    def as_row(self) -> tuple[str, ...]:
        """The member as a line of members.csv."""
        return (
            self.network,
            self.slug,
            self.name,
            self.siren,
            self.seat,
            self.zone,
            self.website,
            self.phone,
            self.source.id,
            self.source.as_of,
        )


def corrected(members: Iterable[Member], decisions: list[Row]) -> list[Member]:
    """The members with our own corrections and completions (curated/bodies.csv) applied by slug."""
    table = {member.slug: member for member in members}
    for row in decisions:
        slug = row["slug"]
        old = table.get(slug) or Member(row["network"], slug, "", "", SOURCES[row["source_id"]])
        table[slug] = replace(
            old,
            name=row["name"] or old.name,
            siren=row["siren"] or old.siren,
            seat=row["seat"] or old.seat,
            zone=row["zone"] or old.zone,
            website=row["website"] or old.website,
        )
    return list(table.values())


def numbered(members: Iterable[Member]) -> list[Member]:
    """The same members, with -2, -3… after a slug already taken."""
    taken: dict[str, int] = {}
    result = []
    for member in members:
        taken[member.slug] = taken.get(member.slug, 0) + 1
        count = taken[member.slug]
        result.append(member if count == 1 else replace(member, slug=f"{member.slug}-{count}"))
    return result
