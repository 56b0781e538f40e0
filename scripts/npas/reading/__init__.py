"""Reading files of raw tables: CSV, workbooks, Parquet, archives and folders become text tables.

One module per kind of file turns it into grids of text; `headers` recognises the raw table and its
columns; `tables` makes the text table. Limits come before parsing: a hostile file is refused for
little.
"""
