"""How people come in and who they are: accounts, addresses of pages, names."""
