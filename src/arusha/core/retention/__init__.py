"""How long things are kept, what stops their going, and how they go: terms, legal holds, erasures.

`kept` is what a folder declares of the things it keeps, `terms` how long (two people), `holds` what stops it,
`erasures` how a thing goes, by its term or by a decision of two people. What the journal says of a thing stays: it
carries no text of anybody.
"""
