"""The door of the people who work here: the desk with its three panes, customers, and the ledger."""
