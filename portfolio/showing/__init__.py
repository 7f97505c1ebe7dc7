"""What the page of one credential gathers."""
