"""Arusha, the integrity platform for Customs administrations."""

__version__ = "0.1.0"
