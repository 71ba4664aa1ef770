"""A Dutch energy retailer to try Ninelives with: its people, its customers and sixty days of their mail."""
