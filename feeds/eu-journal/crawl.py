"""The measures, one file per regulation. A listing may take several rows, each with aliases or a further detail."""

import re
from collections import OrderedDict

from brightline.model.schemata import schema_of

MANY = re.compile(r"\s*;\s*")
NAMES = ("name", "alias", "weakAlias", "previousName")
PLAIN = [
    "birthPlace",
    "position",
    "passportNumber",
    "gender",
    "fatherName",
    "motherName",
    "legalForm",
    "sector",
    "registrationNumber",
    "taxNumber",
    "idNumber",
    "innCode",
    "ogrnCode",
    "kppCode",
    "okpoCode",
    "leiCode",
    "swiftBic",
    "ticker",
    "imoNumber",
    "mmsi",
    "flag",
    "phone",
    "email",
    "website",
    "appearance",
    "ethnicity",
]
COUNTRIES = ("country", "nationality", "jurisdiction")
DATED = ("birthDate", "incorporationDate")
WRITTEN = re.compile(r"^(?:(\d{1,2}) )?([A-Za-z]{3})[a-z]*(?: |\. ?)(\d{4})$")
YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
MONTHS = {
    m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
NATIONS = re.compile(r"\s*(?:;|,| and |/)\s*")
DAY = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
DAYS = re.compile(r"(?<![\d.])(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?!\d)")
LETTER = re.compile(r"^\(?[a-z]\) ")
# What is no day, though one stands in it: it is set aside as it was written, or known by its year.
DOUBT = re.compile(r"(?i)possibl|probabl|presum|around|before|after|between|middle|unknown")
MONTH = re.compile(r"^(\d{1,2})\.(\d{4})$")
DEMONYMS = {
    "russian": "ru",
    "ukrainian": "ua",
    "belarusian": "by",
    "syrian": "sy",
    "iranian": "ir",
    "chinese": "cn",
    "belarussian": "by",
    "myanmar": "mm",
    "burma": "mm",
}


def dates(text):
    """ISO dates of '11.8.1960', '9 August 2025', '30.12.1996 (registered 5.1.1997)', 'Approximately 1963'."""
    text = LETTER.sub("", text.strip(' ".'))
    if (days := DAYS.findall(text)) and not DOUBT.search(text):
        return list(dict.fromkeys(f"{year}-{int(month):02}-{int(day):02}" for day, month, year in days))
    return [iso(text)] if len(years := YEAR.findall(text)) < 2 else years


def iso(text):
    if (found := WRITTEN.match(text)) and found.group(2).casefold() in MONTHS:
        day, month, year = found.groups()
        return f"{year}-{MONTHS[month.casefold()]:02}" + (f"-{int(day):02}" if day else "")
    if re.match(r"(?i)(approximately|circa|around|established|c\.|ca\.?) ", text) and (found := YEAR.search(text)):
        return found.group(1)
    if found := DAY.match(text):
        day, month, year = found.groups()
        return f"{year}-{int(month):02}-{int(day):02}"
    if found := MONTH.match(text):
        return f"{found.group(2)}-{int(found.group(1)):02}"
    return text


def grouped(context):
    listings = OrderedDict()
    for path in context.paths:
        for row in context.csv(path):
            # Where the journal numbers nobody, a listing is who it names: without this all of an annex would be one.
            which = row["recordId"].strip() or "name:" + row["name"].strip().replace("/", "%2F")
            key = "/".join((row["celex"], row["annex"], which))
            listings.setdefault(key, []).append({name: (cell or "").strip() for name, cell in row.items() if name})
    return listings


def crawl(context):
    for key, rows in grouped(context).items():
        schema = rows[0]["schema"] or "LegalEntity"
        known = schema_of(schema).properties
        entity = context.entity(schema, "listing", key)
        for row in rows:
            for prop in (*NAMES, *PLAIN):
                target = prop if prop in known else "notes"
                entity.add(target, *(part for part in MANY.split(row.get(prop, "")) if part))
            for prop in COUNTRIES:
                for part in NATIONS.split(row.get(prop, "")):
                    target = prop if prop in known else "country"
                    entity.add(target, DEMONYMS.get(part.casefold(), part))
            for prop in DATED:
                for part in MANY.split(row.get(prop, "")):
                    # What a kind of entity has no property for is a note, as it was written.
                    entity.add(
                        prop if prop in known else "notes", *(dates(part) if prop in known else [part]) if part else ()
                    )
            entity.add("address", *(part for part in MANY.split(row["address"]) if part))
            entity.add("notes", row["reason"], row["notes"]).add("program", row["programKey"])
        entity.add("topics", "sanction")
        measure = context.entity("Sanction", "measure", key).add("entity", entity)
        measure.add("program", rows[0]["programKey"]).add("provisions", rows[0]["measure"])
        measure.add("startDate", *(iso(row["startDate"]) for row in rows if row["startDate"]))
        yield context.record(key, {"rows": rows}, [entity, measure])
