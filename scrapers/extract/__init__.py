"""Reading formats that several spiders meet: tables, label blocks, feeds, schema.org. Text in, the source's words out.

Nothing here asks the network, knows of a source, or cleans a value.
"""
