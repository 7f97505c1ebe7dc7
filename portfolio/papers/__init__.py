"""People's pages on paper, and the pictures beside links to them."""
