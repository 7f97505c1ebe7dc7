"""Taking a credential elsewhere: links with an end, posts, signatures."""
