"""Ninelives: one customer over all channels. `docs/explanation/the-map.md` shows the rooms."""

__version__ = "0.1.0"
