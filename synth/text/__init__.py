"""Text to phonemes: normalization, espeak-ng, phone sets. Pure, without any framework."""
