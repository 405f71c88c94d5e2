"""What the nearest peer takes on such a machine, as measured before this project began. Not measured again here."""

from __future__ import annotations

PEER_NOTE = """Aides-territoires (dernière version Django, PostgreSQL 15, 2 processus, 34 969 communes), mesuré le
21 novembre 2026 sur 2 cœurs partagés, à 50 000 aides ; processeur de l’application et de la base. Dit honnêtement : la
moitié de son temps d’application vient de gabarits compilés à chaque demande ; cette ligne corrigée, la page « texte »
prend 165 / 212 ms à 3 500 aides. Sa page pèse 129 Ko de HTML envoyé sans compression, 23 demandes, 1,7 Mo.
"""

PEER = (
    ("recherche, texte", "50 000 aides", "353 / 771 ms", "1 890 ms", "501 ms"),
    ("recherche, texte + commune", "50 000 aides", "387 / 828 ms", "1 864 ms", "477 ms"),
    ("recherche, texte + commune + public + thème", "50 000 aides", "472 / 1 107 ms", "2 560 ms", "680 ms"),
    ("recherche, commune seule", "50 000 aides", "935 / 985 ms", "4 742 ms", "1 193 ms"),
    ("recherche, liste de synonymes + commune", "50 000 aides", "1 346 / 1 774 ms", "7 388 ms", "1 898 ms"),
    ("complétion de lieux", "50 000 aides", "288 / 380 ms", "1 193 ms", "293 ms"),
)
"""Page, size, times at 1 client, median at 8 clients, CPU per request (application and database)."""
