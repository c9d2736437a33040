"""One typed question per module: one capability provides the answer, another asks, neither imports the other."""
