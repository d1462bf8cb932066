"""The vocoder network: configuration, training and inference."""
