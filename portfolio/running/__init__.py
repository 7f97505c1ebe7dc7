"""Starting and stopping everything on one machine: the demo and the tests.

Nothing here needs Django. ``preparing``, ``processes`` and ``supervising`` need
nothing but Python itself, because they run before the packages are installed.
"""
