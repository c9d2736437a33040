"""The capabilities, each in its own folder: <room>/<capability>/."""
