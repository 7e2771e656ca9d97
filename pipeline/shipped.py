"""What ships with the program: sql/ and data/, in a clone beside the package and in an installed wheel inside it.

Belongs here: where these folders are. Does not belong here: reading them.
"""

from __future__ import annotations

from pathlib import Path


def shipped(*parts: str) -> Path:
    """The path of a folder or file that ships with the program, such as `shipped("data", "reference")`."""
    package = Path(__file__).parent
    installed = package / "_shared"
    root = installed if installed.is_dir() else package.parent
    return root.joinpath(*parts)
