"""Background work of curation."""

from maillage.curation.tasks.deciding import decide_together
from maillage.curation.tasks.duplicates import look_for_duplicates
from maillage.curation.tasks.refreshing import harvest_due, harvest_one

__all__ = ["decide_together", "harvest_due", "harvest_one", "look_for_duplicates"]
