"""`python -m pipeline.cli`: the command line where the installed command is not on the path."""

from pipeline.cli import main

main(prog_name="internships")
