"""What: the kind of post, its subject, its structure, whether it is international."""
