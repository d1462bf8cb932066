"""Signal processing on arrays: no framework, no database."""
