"""Measurements. Each starts a Ninelives of its own on a temporary data folder and speaks to it from outside."""
