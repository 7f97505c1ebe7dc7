"""Collections of credentials, made and shown."""
