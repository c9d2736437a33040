"""Fills the columns and codes that lists and searches read, of findings that were there before them."""

import re

from django.db import migrations

DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?")


def fill(apps, schema_editor):
    Finding = apps.get_model("inbox", "Finding")
    Term = apps.get_model("inbox", "FindingTerm")
    terms = []
    for row in Finding.objects.only("pk", "marks", "q", "reasons").iterator(500):
        told = {"ordinary": bool(row.marks)}
        if row.q is not None:
            told["sure"] = row.q
        Finding.objects.filter(pk=row.pk).update(**told)
        found = {}
        for facts in row.reasons:
            for name, value in facts.items():
                for code in value if isinstance(value, list) else [value]:
                    if name != "reason" and isinstance(code, str) and 0 < len(code) <= 120 and not DAY.fullmatch(code):
                        found[name[:40], code] = None
        terms += [Term(of_id=row.pk, kind=kind, value=code) for kind, code in found]
        if len(terms) > 500:
            Term.objects.bulk_create(terms)
            terms = []
    Term.objects.bulk_create(terms)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_finding_at_scale")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
