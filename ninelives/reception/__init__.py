"""The customers' and providers' door: what comes in is stored at once and processed after, along one readable road."""
