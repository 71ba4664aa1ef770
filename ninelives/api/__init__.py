"""The machines' door: API v1."""
