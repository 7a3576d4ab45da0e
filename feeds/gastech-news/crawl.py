"""Articles of 29 outlets, one JSON object a line."""

import json
import re

from brightline.feeds.readers import open_text

DAY = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")


def crawl(context):
    with open_text(context.path(".jsonl.gz"), None) as lines:
        for line in lines:
            row = json.loads(line)
            key = f"{row['source']}/{row['doc_id']}"
            article = context.entity("Article", "article", key).add("title", row["title"]).add("author", row["author"])
            article.add("name", row["title"]).add("publisher", row["source"]).add("bodyText", row["text"])
            article.add("locationMentioned", row["location"])
            if found := DAY.search(row["published"] or ""):
                year, month, day = found.groups()
                article.add("publishedAt", f"{year}-{int(month):02}-{int(day):02}")
            yield context.record(key, row, [article])
