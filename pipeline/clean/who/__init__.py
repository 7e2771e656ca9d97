"""Who: who may apply, in which language, and who organises it."""
