"""The matcher at work: what is true stands in the database, is read, decided upon and written, in one transaction."""
