"""`python -m tests.bench.faults [BOARDS] [NIGHTS] [SEED]`: a campaign of source faults against whole nights.

A server on loopback serves boards of ten formats, each under an address of its own. It knows what is open in truth: every
night some postings end and others come. On most nights after the first, a board has one of the faults of `kinds.FAULTS` or, where
its list comes in pages, of `paged.PAGED`; every fourth night is healthy. Each night is collected live and made by the functions
of the job. Counted:

    not published   nights that raised
    wrongly closed  listings closed while the truth has their posting open, and no other listing of it is
    lost            postings that are open in truth and that a healthy night did not bring into the warehouse as open
    foreign         rows under a source that never published them
    ambiguous       closed or foreign after a fault of `kinds.AMBIGUOUS`: no rule can tell these from the truth, so they are
                    listed by themselves

Belongs here: boards, faults, the count. Does not belong here: faults of one spider's format (tests/scrapers/test_faults.py).
"""
