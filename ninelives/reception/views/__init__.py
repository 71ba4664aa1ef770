"""The doors over HTTP: of providers, and of customers who chat."""
