"""The read interface for assistants: tools of an MCP server over stdio, with the answers of `pipeline.interface.answers`.

Standard output is the protocol's; nothing else writes there. Does not belong here: what is answered.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from pipeline.interface import answers
from pipeline.interface.published import Published
from pipeline.query.suggest import Profile

INSTRUCTIONS = (
    "Openings for internships abroad, collected every night. What a posting does not say is null, never guessed; quotes are "
    "verbatim. Give people the link (best_url) and the deadline, and say that the posting itself decides."
)


class Server(MCPServer):
    """Says in a line each what is wrong with the arguments of a tool."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            problems = answers.problems_of(error.__cause__.errors(), "the tool's input schema lists what can be asked")
            raise ToolError("; ".join(problems)) from error


def make_server(warehouse: Path) -> MCPServer:
    """The server over the published file at `warehouse`."""
    published = Published(warehouse)

    def openings(asked: answers.Openings) -> dict[str, Any]:
        """Internships by filters (countries, fields, pay, deadline …) and words, a page of them; each with its id."""
        return answers.openings(published.edition(), asked)

    def opening(internship_id: str) -> dict[str, Any]:
        """One internship by its id: facts, listings, the quotes that the facts rest on, history."""
        try:
            return answers.opening(published.edition(), internship_id)
        except answers.UnknownError as error:
            raise ToolError(str(error)) from error

    def changes(asked: answers.ChangesSince) -> dict[str, Any]:
        """What changed after a night: added, changed, closed, reopened, merged; and which ids were merged into others."""
        return answers.changes(published.edition(), asked)

    def nights() -> dict[str, Any]:
        """The nights, what each brought, and how many internships were open."""
        return answers.nights(published.edition())

    def suggest(profile: Profile, page: answers.Page) -> dict[str, Any]:
        """Open internships ranked for a person, with what speaks for and against each and what the posting does not say."""
        return answers.suggestions(published.edition(), profile, page)

    server = Server("international-internships", instructions=INSTRUCTIONS)
    for tool in (openings, opening, changes, nights, suggest):
        server.add_tool(tool)
    return server


def serve(warehouse: Path) -> None:
    """Answer on standard input and output until they are closed."""
    make_server(warehouse).run("stdio")
