"""The steps of a night, frames to frames, and what starts and repeats them.

    launch        the job from the command line         frames        what the steps hand to each other
    collect       the crawlers                          clean_step    raw files -> listings and rejects
    runs          what steps ask about runs             match_step    listings -> internships and their history
    replay        rebuild and rollback                  build_step    all of it -> the next warehouse file
    progress      what a person sees meanwhile          publish_step  that file -> state, exports, published warehouse

Each step is pure in what it computes from the state of the night before and the raw files of this one; the assets and
`replay` call the same ones.
"""
