"""What a night reports to the people who run it, and alerts."""
