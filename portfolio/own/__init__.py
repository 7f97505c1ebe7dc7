"""What people do with what they hold: look, find, tag, change several, keep."""
