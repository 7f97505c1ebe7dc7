"""How fast Cairn is on this machine, each figure beside a reference of the same run.

``bin/bench`` measures everything and prints a table; ``bin/bench sealing pages`` these
parts only. Figures of a busy machine mean little: nothing else should run beside it.
"""
