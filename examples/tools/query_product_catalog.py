"""Writes the products of a category, a document a line: `{"category": …}` is read."""

import csv
import json
import sys
from pathlib import Path

PRODUCTS = Path(__file__).parent.with_name("products.csv")


def main() -> None:
    """Read the category from standard input, and write its products."""
    category = json.load(sys.stdin)["category"].strip().casefold()
    with PRODUCTS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["category"].casefold() == category:
                print(json.dumps(_document(row)))


def _document(row: dict[str, str]) -> dict[str, str | float | int]:
    return {
        "id": row["sku"],
        "name": row["name"],
        "price": float(row["price"]),
        "stock": int(row["stock"]),
        "description": row["description"],
    }


main()
