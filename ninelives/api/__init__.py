"""The machines' door: API v1.

`urls.py` puts it together; each noun has a file with its endpoints; `schemas.py` is what goes over the line. Rules that
hold for every endpoint stand alone: `tokens.py` (who asks), `paging.py` (lists), `idempotency.py` (once, not twice),
`problems.py` (errors). docs/reference/api.md has a heading for each endpoint, and a test holds them together.
"""
