"""Response validation: whether an answer is one, which charset it is in, whether it is a soft error."""
