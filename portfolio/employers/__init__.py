"""What organisations do here: who they are, whom they look for and keep in mind."""
