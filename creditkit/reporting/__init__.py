"""The report: one page of a folder of tables, for whoever decides on credit."""
