"""Credentials that other sites issued: read and judged without asking anybody.

Values in, values out: no database and no network. Whatever would have to be fetched
could not be checked, and says so.
"""
