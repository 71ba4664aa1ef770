"""The desk's screens and deeds."""
