"""Remote: the words of short texts that say that the work is done from anywhere.

Belongs here: one pattern of them. Does not belong here: what a text says of the work (`where.work_mode`), the words
(data/reference/work_mode.yaml).
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.clean.language_tools.dictionary import any_of, read_reference


@cache
def remote_words() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("work_mode")["remote"]), re.IGNORECASE)
