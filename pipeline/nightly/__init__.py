"""The steps of a night, from files to files: launch, collect, clean, match, build, publish; and replaying nights."""
