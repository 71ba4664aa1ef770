"""People who work here and machines that may act for them: sign-in, roles, brands, tokens, and who looked at whom."""
