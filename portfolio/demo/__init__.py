"""The demo: what a visitor finds in a fresh clone, and how it gets there."""
