"""A person's errand in a real browser, through the real program: its commands, its server, its pages."""
