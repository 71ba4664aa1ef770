"""Telling other systems what happened, as Standard Webhooks: facts become calls, calls are made until they succeed."""
