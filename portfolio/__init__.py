"""The site: settings, addresses, people, and pages that gather what apps know."""
