"""What is earned: issuers, badges, submissions, reviews, signed credentials."""
