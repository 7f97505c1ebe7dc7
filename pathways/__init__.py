"""How credentials stack into larger ones."""
