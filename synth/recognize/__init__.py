"""Phone recognition: which sounds are said in a recording without a text. Pure."""
