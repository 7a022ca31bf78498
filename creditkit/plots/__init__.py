"""Pictures: one function each, returning its matplotlib Figure, and beside it one that says in a
sentence what the picture shows.

The figures stand on white, so they read alike in a light and a dark JupyterLab and on paper.
"""
