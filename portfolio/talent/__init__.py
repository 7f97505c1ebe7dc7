"""Finding people by what they have proven: only those who chose to be found."""
