"""Backups of the whole database: made, looked at, restored. For whoever owns the database."""
