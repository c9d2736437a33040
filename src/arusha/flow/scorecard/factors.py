"""What the ten key factors are called, as the Revised Arusha Declaration names them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from arusha.lib.factors import Factor

FACTOR_NAMES: Mapping[Factor, "str | Promise"] = {
    Factor.LEADERSHIP: pgettext_lazy("key factor", "Leadership and commitment"),
    Factor.REGULATION: pgettext_lazy("key factor", "Regulatory framework"),
    Factor.TRANSPARENCY: pgettext_lazy("key factor", "Transparency"),
    Factor.AUTOMATION: pgettext_lazy("key factor", "Automation"),
    Factor.REFORM: pgettext_lazy("key factor", "Reform and modernization"),
    Factor.AUDIT: pgettext_lazy("key factor", "Audit and investigation"),
    Factor.CONDUCT: pgettext_lazy("key factor", "Code of conduct"),
    Factor.HUMAN_RESOURCES: pgettext_lazy("key factor", "Human resource management"),
    Factor.MORALE: pgettext_lazy("key factor", "Morale and organizational culture"),
    Factor.PRIVATE_SECTOR: pgettext_lazy("key factor", "Relationship with the private sector"),
}
