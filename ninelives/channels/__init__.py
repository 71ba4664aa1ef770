"""How the outside world speaks: one small protocol, one file per channel, accounts, receipts and deliveries."""
