"""Somebody's public page: what it shows, and how its owner edits it."""
