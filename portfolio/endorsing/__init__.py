"""What organisations say about badges, issuers and credentials of others.

``acting`` knows who speaks for an organisation, ``asking`` and ``giving`` change
things, ``documents`` has what is signed, ``showing`` what pages tell of it, and
``finding`` how others find it.
"""
