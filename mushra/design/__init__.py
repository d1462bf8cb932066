"""Who hears what in which order: pure, and all of it from a seed."""
