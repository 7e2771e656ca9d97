"""Questions are asked of the warehouse of tests/sql, in which every view has something to say."""

from tests.sql.conftest import warehouse

__all__ = ["warehouse"]
