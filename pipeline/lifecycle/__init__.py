"""How runs, listings and internships live from night to night: pure functions of frames, one module for each.

    runs          which run of a source is believed           redirects   where an id that was merged away leads
    disagreement  a run whose postings are not those known    versions    history and changes of internships
    verdict       when such a run is believed                 flags       what a long life shows
    listings      what is open, closed, reopened, unverified  programmes  which internships are editions of one
    rejects       what was refused, since when

State and tonight's frames in, the next state out; never a clock, a file or a database. Absence closes nothing by itself: see
`runs` for what makes a run complete, and `listings` for what a complete run may close.
"""
