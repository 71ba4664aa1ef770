"""A day of contacts taken again under another set-up, to see what it would have changed: nothing is written."""
