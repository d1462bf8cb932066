"""The listener's HTTP API."""
