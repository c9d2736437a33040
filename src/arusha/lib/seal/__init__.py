"""What makes a record hold: the journal's chain, its checkpoints, Merkle trees, sealed reasons and the verifier.

README.md says what this promises and what it does not; each module states its bytes exactly.
"""
