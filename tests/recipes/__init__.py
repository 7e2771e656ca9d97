"""What the documents tell people to type, typed into a fresh root: `make recipes`. Not a test of the suite: it takes minutes."""
