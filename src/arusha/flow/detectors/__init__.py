"""Governed detectors: how each stands, what it would make with other settings, and two people who change it."""
