"""How each language writes days and times: in full, on 24 hours, with the zone."""
