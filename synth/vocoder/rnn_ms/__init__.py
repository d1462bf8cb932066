"""RNN_MS, the autoregressive vocoder of Lorenzo-Trueba et al. (Interspeech 2019)."""
