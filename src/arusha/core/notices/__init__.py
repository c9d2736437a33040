"""Notices: what the program tells a person, on screen."""
