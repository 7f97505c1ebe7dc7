"""The rule engine: pure functions over (tree, holdings, time). It knows no database."""
