"""Who may do what with people."""

from arusha.core.people.roles import ADMINISTRATOR, role

MANAGERS = role("system-administrator", "hr-officer")
"""They add persons and units, and post persons."""
READERS = MANAGERS | role("head-of-office", "integrity-officer")
"""They see the list."""
ADMINISTRATORS = ADMINISTRATOR
"""They give roles and open accounts."""
