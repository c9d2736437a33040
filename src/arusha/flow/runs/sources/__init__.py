"""Received files: which of them count, what of them waits to be corrected, and the acts that say so."""
