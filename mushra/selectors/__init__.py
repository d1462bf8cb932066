"""Reads: everything that is aggregated from the database is aggregated here."""
