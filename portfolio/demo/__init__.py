"""The demo: what a visitor finds in a fresh clone, and how it gets there."""

#: Of the five log-ins. Everybody may know it: the demo holds nothing worth a secret.
PASSWORD = "demo"  # noqa: S105
