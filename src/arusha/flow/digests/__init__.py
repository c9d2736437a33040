"""Digests and reminders by e-mail: how many things wait for a person, with links; never a name, never what is found."""
