"""The ten key factors of the World Customs Organization's Revised Arusha Declaration (2003)."""

from enum import StrEnum


class Factor(StrEnum):
    """A key factor, in the Declaration's order; every signal, figure and action belongs to one."""

    LEADERSHIP = "leadership"
    REGULATION = "regulation"
    TRANSPARENCY = "transparency"
    AUTOMATION = "automation"
    REFORM = "reform"
    AUDIT = "audit"
    CONDUCT = "conduct"
    HUMAN_RESOURCES = "human-resources"
    MORALE = "morale"
    PRIVATE_SECTOR = "private-sector"
