"""Pathways as files in CTDL's terms, written and read. See ``terms`` for the words."""
