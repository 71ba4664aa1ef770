"""Answers that are written once and used often; later: articles, languages, versions, the help centre."""
