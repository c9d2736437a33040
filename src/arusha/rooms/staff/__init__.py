"""The staff of the administration: who serves where, and what they may do."""
