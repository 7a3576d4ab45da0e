"""BODS 0.4: statements about entities, people and the interests between them. A record's last statement counts."""

SCHEMATA = {
    "registeredEntity": "Company",
    "legalEntity": "Company",
    "arrangement": "Company",
    "anonymousEntity": "Company",
    "unknownEntity": "Company",
    "state": "PublicBody",
    "stateBody": "PublicBody",
}
OWNING = {"shareholding", "votingRights", "rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome"}


def addresses(entity, details):
    for address in details.get("addresses", ()):
        country = address.get("country", {}).get("code")
        entity.add("address", ", ".join(p for p in (address.get("address"), address.get("postCode"), country) if p))
        entity.add("country", country)


def company(context, statement):
    details = statement["recordDetails"]
    schema = SCHEMATA.get(details.get("entityType", {}).get("type"), "Company")
    entity = context.entity(schema, statement["recordId"]).add("name", details.get("name"))
    entity.add("alias", details.get("alternateNames", [])).add("incorporationDate", details.get("foundingDate"))
    entity.add("dissolutionDate", details.get("dissolutionDate"))
    entity.add("jurisdiction", details.get("jurisdiction", {}).get("code"))
    for identifier in details.get("identifiers", ()):
        scheme = identifier.get("scheme", "")
        entity.add("leiCode" if scheme == "XI-LEI" else "registrationNumber", identifier.get("id"))
    addresses(entity, details)
    return entity


def person(context, statement):
    details = statement["recordDetails"]
    entity = context.entity("Person", statement["recordId"])
    for name in details.get("names", ()):
        entity.add("name" if name.get("type") == "legal" else "alias", name.get("fullName"))
        entity.add("firstName", name.get("givenName")).add("lastName", name.get("familyName"))
    entity.add("birthDate", details.get("birthDate")).add("deathDate", details.get("deathDate"))
    entity.add("nationality", *(n.get("code") for n in details.get("nationalities", ())))
    for identifier in details.get("identifiers", ()):
        entity.add("idNumber", identifier.get("id"))
    addresses(entity, details)
    return entity


def relations(context, statement):
    details = statement["recordDetails"]
    subject, party = details.get("subject"), details.get("interestedParty")
    if not isinstance(subject, str) or not isinstance(party, str):
        context.reject(statement["recordId"], "interestedParty", "One side of the interest isn't stated.", party)
        return
    for number, interest in enumerate(details.get("interests") or [{}]):
        kind = interest.get("type", "unknownInterest")
        owning = kind in OWNING
        link = context.entity("Ownership" if owning else "UnknownLink", statement["recordId"], number)
        link.add("owner" if owning else "subject", context.id(party))
        link.add("asset" if owning else "object", context.id(subject))
        link.add("role", kind).add("startDate", interest.get("startDate")).add("endDate", interest.get("endDate"))
        share = interest.get("share", {})
        bounds = [share.get("minimum"), share.get("maximum")]
        stated = share.get("exact", "–".join(str(b) for b in bounds if b is not None) or None)
        if owning:
            link.add("percentage", stated).add("ownershipType", interest.get("directOrIndirect"))
        yield link


def crawl(context):
    last = {}
    for path in context.paths:
        for statement in context.json(path):
            last[statement["recordId"]] = statement
    makers = {"entity": company, "person": person}
    for key, statement in last.items():
        if statement.get("recordStatus") == "closed":
            continue
        if statement["recordType"] == "relationship":
            entities = list(relations(context, statement))
        else:
            entities = [makers[statement["recordType"]](context, statement)]
        if entities:
            yield context.record(key, statement, entities)
