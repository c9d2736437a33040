"""Persons, units, roles and accounts on the web; a person's own page, their notices and their start page.

Whoever administers sees who serves where and what they may do, and reads nothing protected: of the recusals of others
they see how many there are. The acts are those of `arusha.core.people`.
"""
