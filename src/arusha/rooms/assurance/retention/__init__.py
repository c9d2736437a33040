"""How long things are kept: the pages of terms, legal holds and erasures. What is kept, each folder declares."""
