"""Prosody: what is said how, per phoneme; measured, mapped to another voice and drawn."""
