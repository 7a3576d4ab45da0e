"""The SDN list: twelve columns without a header, '-0-' for nothing, what matters most in free-text remarks."""

import csv
import re
from collections import defaultdict

from brightline.model.schemata import schema_of

NULL = "-0-"
COLUMNS = ("number", "name", "type", "program", "title", "call_sign", "vessel_type", "tonnage", "grt", "flag", "owner")
SCHEMATA = {"individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
ALIAS = re.compile(r"(a\.k\.a\.|f\.k\.a\.|n\.k\.a\.) '([^']+)'")
MONTHS = {
    m: i for i, m in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}
BETWEEN = re.compile(r" to |(?<=\d{4})-(?=\d{4})")
DATE = re.compile(r"^(?:circa )?(?:(\d{1,2}) )?(?:([A-Z][a-z]{2}) )?(\d{4})$")
LINKED = re.compile(r"Linked To: ([^;]+)")
NUMBERS = (
    (re.compile(r"(?:alt\. )?Passport (?:#)?([A-Z0-9/ -]+?)(?: \(|;|\.|$)"), "passportNumber"),
    (re.compile(r"Tax ID No\. ([A-Z0-9.-]+)"), "taxNumber"),
    (re.compile(r"SSN ([0-9-]{9,11})"), "socialSecurityNumber"),
    (
        re.compile(r"(?:National ID No\.|Cedula No\.|D\.N\.I\.|C\.U\.R\.P\.|Identification Number) ([A-Z0-9.-]+)"),
        "idNumber",
    ),
    (
        re.compile(
            r"(?:Registration Number|Registration ID|NIT #|RIF #|RUC #|Commercial Registry Number) ([A-Z0-9./-]+)"
        ),
        "registrationNumber",
    ),
    (re.compile(r"SWIFT/BIC ([A-Z0-9]{8,11})"), "swiftBic"),
    (re.compile(r"IMO (\d{7})"), "imoNumber"),
    (re.compile(r"MMSI (\d{9})"), "mmsi"),
    (re.compile(r"(?:Email Address|email) ([^ ;]+@[^ ;]+[a-z])"), "email"),
    (re.compile(r"(?:Phone Number|Telephone:?) (\+?[0-9() -]{7,})"), "phone"),
    (re.compile(r"Website ([^ ;]+[a-z/])"), "website"),
)
TEXTS = (
    (re.compile(r"POB ([^;]+)"), "birthPlace"),
    (re.compile(r"Aircraft Model ([^;]+)"), "model"),
    (re.compile(r"Aircraft Manufacturer's Serial Number \(MSN\) ([^;]+)"), "serialNumber"),
)
COUNTRIES = (
    (re.compile(r"nationality ([A-Z][A-Za-z' ,-]+?)(?:;|\.|$)"), "nationality"),
    (re.compile(r"citizen ([A-Z][A-Za-z' ,-]+?)(?:;|\.|$)"), "citizenship"),
)


def cells(path):
    with open(path, encoding="utf-8", errors="replace", newline="") as text:
        for row in csv.reader(text):
            row = ["" if cell.strip() == NULL else cell.strip() for cell in row]
            if row and row[0].isdigit():
                yield row


def iso(text):
    found = DATE.match(text.strip())
    if not found:
        return None
    day, month, year = found.groups()
    if month not in MONTHS:
        return year
    return f"{year}-{MONTHS[month]:02}-{int(day):02}" if day else f"{year}-{MONTHS[month]:02}"


def dialled(text):
    """'(357)(22660766)' and '982188526300' with the + that the list leaves out; short ones as they are."""
    digits = re.sub(r"\D", "", text).removeprefix("00")
    return text if text.startswith("+") or len(digits) < 10 else f"+{digits}"


def turned(name):
    """'KIM, Chol Sam' as people write it; the list's own form stays the first name."""
    last, comma, first = name.partition(", ")
    return f"{first} {last.title()}" if comma and last.isupper() else None


def add_remarks(context, entity, remarks, schema):
    known = entity_properties(schema)
    for kind, name in ALIAS.findall(remarks):
        entity.add("previousName" if kind == "f.k.a." else "alias", name)
    for pattern, prop in (*NUMBERS, *TEXTS, *COUNTRIES):
        if prop in known:
            found = (text.strip() for text in pattern.findall(remarks))
            entity.add(prop, *(dialled(text) if prop == "phone" else text for text in found))
    for text in re.findall(r"(?:DOB|alt\. DOB) ([^;.]+)", remarks):
        # Of "1962 to 1964" both ends: the first alone would say more than the list does.
        if schema == "Person":
            entity.add("birthDate", *(iso(end) or end for end in BETWEEN.split(text)))
    if schema == "Person" and (gender := re.search(r"Gender (Male|Female)", remarks)):
        entity.add("gender", gender.group(1).lower())
    entity.add("notes", remarks)


def entity_properties(schema):
    return schema_of(schema).properties


def crawl(context):
    addresses = defaultdict(list)
    for row in cells(context.path("sdn_address.csv")):
        addresses[row[0]].append((row + [""] * 5)[1:5])
    listed = {row[1]: (SCHEMATA.get(row[2], "Organization"), row[0]) for row in cells(context.path("sdn.csv"))}
    for row in cells(context.path("sdn.csv")):
        said = dict(zip(COLUMNS, row, strict=False))
        remarks = row[11] if len(row) > 11 else ""
        schema = SCHEMATA.get(said["type"], "Organization")
        entity = context.entity(schema, "sdn", said["number"])
        entity.add("name", said["name"])
        if schema == "Person":
            entity.add("alias", turned(said["name"]))
            entity.add("position", said["title"])
        if schema == "Vessel":
            entity.add("callSign", said["call_sign"]).add("type", said["vessel_type"]).add("flag", said["flag"])
            entity.add("tonnage", said["tonnage"]).add("grossRegisteredTonnage", said["grt"])
        for program in re.split(r"\] \[", said["program"]):
            entity.add("program", program.strip("[] "))
        entity.add("topics", "sanction")
        add_remarks(context, entity, remarks, schema)
        entities = [entity]
        for number, street, city, country in addresses.get(said["number"], ()):
            full = ", ".join(part for part in (street, city, country) if part)
            if not full or (schema in ("Vessel", "Airplane") and not street):
                entity.add("country", country)
                continue
            address = context.entity("Address", "address", number)
            address.add("full", full).add("street", street).add("city", city).add("country", country)
            entity.add("addressEntity", address).add("address", full)
            entities.append(address)
        for other in LINKED.findall(remarks):
            name = other.strip(" .")
            link = context.entity("UnknownLink", "linked", said["number"], name)
            known = listed.get(name)
            target = (
                context.id("sdn", known[1])
                if known
                else context.entity("Organization", "named", name).add("name", name)
            )
            if not known:
                entities.append(target)
            entities.append(link.add("subject", entity).add("object", target).add("role", "linked to"))
        payload = {**said, "remarks": remarks, "addresses": addresses.get(said["number"], [])}
        yield context.record(said["number"], payload, entities)
