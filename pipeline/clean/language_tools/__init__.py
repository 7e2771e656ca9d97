"""What every concept of cleaning reads with: text, sentences, phrases, dictionaries. Its groups share nothing else."""
