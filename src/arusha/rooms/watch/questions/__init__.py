"""Saved questions: SQL over what was received, read only and bounded, each look recorded."""
