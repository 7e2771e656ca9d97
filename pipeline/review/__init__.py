"""What people decide, and what they look at to decide: matches, explanations, sources seen to work."""
