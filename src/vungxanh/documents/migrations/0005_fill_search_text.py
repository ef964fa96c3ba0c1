"""The words by which papers that were issued before are found in the register."""

from django.db import migrations

from vungxanh.common.vietnamese import folded


def fill(apps, schema_editor):
    papers = apps.get_model("documents", "Paper").objects.exclude(number="")
    for paper in papers.only("number", "symbol", "issued_on", "content").iterator(chunk_size=200):
        content = paper.content
        type_words = content["type_name"].capitalize() or "Công văn"
        words = [f"{paper.number}/{paper.symbol}", f"{paper.issued_on:%d/%m/%Y}", type_words]
        words += [content["summary"], content["signer"], *content["recipients"]]
        papers.filter(pk=paper.pk).update(search_text=folded(" ".join(words)))


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_search_text")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
