"""Measuring vocoders: which clips, which systems, the scores kept, and what they say."""
