"""LEI records and who consolidates or manages whom."""


def day(text):
    return text[:10] if text else None


def crawl(context):
    for row in context.json(context.path("lei-data.json")):
        said = row["Entity"]
        company = context.entity("Company", row["LEI"]).add("leiCode", row["LEI"]).add("name", said.get("LegalName"))
        for other in said.get("OtherEntityNames", ()):
            old = other.get("type") == "PREVIOUS_LEGAL_NAME"
            company.add("previousName" if old else "alias", other.get("OtherEntityName"))
        company.add("jurisdiction", (said.get("LegalJurisdiction") or "").split("-")[0].lower())
        company.add("incorporationDate", day(said.get("EntityCreationDate"))).add("status", said.get("EntityStatus"))
        company.add("registrationNumber", said.get("RegistrationAuthority", {}).get("RegistrationAuthorityEntityID"))
        for name in ("LegalAddress", "HeadquartersAddress"):
            place = said.get(name) or {}
            parts = [place.get(part) for part in ("FirstAddressLine", "City", "PostalCode", "Country")]
            company.add("address", ", ".join(part for part in parts if part)).add("country", place.get("Country"))
        yield context.record(row["LEI"], row, [company])
    for row in context.json(context.path("rr-data.json")):
        said = row["Relationship"]
        child, parent, kind = said["StartNode"]["NodeID"], said["EndNode"]["NodeID"], said["RelationshipType"]
        owning = "CONSOLIDATED" in kind
        link = context.entity("Ownership" if owning else "UnknownLink", child, parent, kind)
        link.add("owner" if owning else "subject", context.id(parent))
        link.add("asset" if owning else "object", context.id(child)).add("role", kind)
        for period in said.get("RelationshipPeriods", ()):
            link.add("startDate", day(period.get("StartDate"))).add("endDate", day(period.get("EndDate")))
        yield context.record(f"{child}/{parent}/{kind}", row, [link])
