"""Pure code: no Django, no clock, no settings. Anyone can import it."""
