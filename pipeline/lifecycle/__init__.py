"""How runs, listings and internships live from night to night: pure functions of frames, one module for each.

    runs        which run of a source is believed          redirects   where an id that was merged away leads
    listings    what is open, closed, reopened, unverified  versions    history and changes of internships
    rejects     what was refused, since when                flags       what a long life shows
    programmes  which internships are editions of one

State and tonight's frames in, the next state out; never a clock, a file or a database. Absence closes nothing by itself: see
`runs` for what makes a run complete, and `listings` for what a complete run may close.
"""
