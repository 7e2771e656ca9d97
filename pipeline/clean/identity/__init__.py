"""Which posting a listing is: its id, its content hash, whether it closed."""
