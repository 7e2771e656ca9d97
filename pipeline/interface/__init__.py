"""The read interface over the published night, for programs and assistants: the same answers by HTTP and by MCP.

    published.py   the published warehouse, opened anew when another night replaces it
    answers.py     what can be asked, and the answers: openings, one opening, changes, suggestions, nights
    api.py         by HTTP with OpenAPI (FastAPI): `internships serve --api`
    assistant.py   as tools of an MCP server over stdio: `internships serve --mcp`

FastAPI, because it adds one small package to what validates the catalogue (pydantic) and to what Dagster's and MCP's own
servers stand on (starlette, uvicorn); all of them are the extra `api`. Rights are those of the exports
(`pipeline.exports.rows`). Does not belong here: what a filter admits (`pipeline.query.filters`), whom an internship suits
(`pipeline.query.suggest`).
"""
