"""What all spiders share: one run over a source, boards, lists with linked pages."""
