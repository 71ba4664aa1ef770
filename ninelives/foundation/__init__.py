"""What every room stands on and what knows nothing of customers: facts, live signals, ids, clock, files, secrets,
the embedded database."""
