"""Casework: a case is one customer's way through a procedure, kept in a journal."""
