"""An append-only log in one file."""
