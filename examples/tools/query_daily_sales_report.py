"""Writes the sales of one day: `query_daily_sales_report.py -- 2023-09-29`."""

import csv
import json
import sys
from datetime import date
from pathlib import Path

DAYS = Path(__file__).with_name("sales.csv")


def main() -> None:
    """Write a document with the sales of the day that the last word names."""
    day = sys.argv[-1]
    try:
        date.fromisoformat(day)
    except ValueError:
        sys.exit(f"not a day: {day}")
    with DAYS.open(newline="", encoding="utf-8") as file:
        found = [row for row in csv.DictReader(file) if row["day"] == day]
    documents = [
        {
            "id": f"sales_{row['day']}",
            "day": row["day"],
            "total_sales": int(row["total_sales"]),
            "units_sold": int(row["units_sold"]),
        }
        for row in found
    ]
    print(json.dumps({"documents": documents}))


main()
