"""21 de noviembre de 2026, 14:02 UTC."""

DATE_FORMAT = r"j \d\e F \d\e Y"
TIME_FORMAT = "H:i T"
DATETIME_FORMAT = r"j \d\e F \d\e Y, H:i T"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i T"
MONTH_DAY_FORMAT = r"j \d\e F"
