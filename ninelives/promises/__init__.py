"""What was promised to customers: by when, by whom, and whether it was kept."""
