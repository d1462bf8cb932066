"""Speech corpora on disk as utterance records, one module per source."""
