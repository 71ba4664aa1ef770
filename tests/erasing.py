"""Erasing a customer as docs/reference/data.md says it."""

import re

from django.db import connection

from ninelives.config.environment import PROJECT
from ninelives.customers.models import Customer


def erase(customer: Customer) -> None:
    page = (PROJECT / "docs" / "reference" / "data.md").read_text()
    (statements,) = re.findall(r"^```sql\nBEGIN;\n(.*?)COMMIT;\n```$", page, re.MULTILINE | re.DOTALL)
    with connection.cursor() as cursor:
        cursor.execute(statements.replace(":'customer'", f"'{customer.pk}'"))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
