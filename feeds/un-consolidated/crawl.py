"""The consolidated list: individuals and entities in nested XML, aliases of good and low quality."""

import re

ZONE = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})$")


def texts(element, path):
    found = element.findall(path)
    return [" ".join(each.text.split()) for each in found if each.text and each.text.strip()]


def first(element, path):
    return next(iter(texts(element, path)), None)


def aliases(entity, element, tag):
    for alias in element.findall(tag):
        weak = first(alias, "QUALITY") in ("Low", "a.k.a.") and first(alias, "QUALITY") == "Low"
        entity.add("weakAlias" if weak else "alias", *texts(alias, "ALIAS_NAME"))


def addresses(context, entity, element, tag, key):
    made = []
    for number, address in enumerate(element.findall(tag)):
        parts = {name: first(address, name.upper()) for name in ("street", "city", "state_province", "country")}
        full = ", ".join(part for part in parts.values() if part)
        if not full:
            continue
        if not (parts["street"] or parts["city"]):
            entity.add("country", parts["country"])
            continue
        place = context.entity("Address", "address", key, number).add("full", full)
        place.add("street", parts["street"]).add("city", parts["city"]).add("country", parts["country"])
        place.add("remarks", first(address, "NOTE"))
        entity.add("addressEntity", place).add("address", full)
        made.append(place)
    return made


def births(person, element):
    for birth in element.findall("INDIVIDUAL_DATE_OF_BIRTH"):
        # A day may carry the zone of whoever typed it; a birthday has none.
        person.add("birthDate", ZONE.sub(r"\1", first(birth, "DATE") or "") or first(birth, "YEAR"))
        person.add("birthDate", first(birth, "FROM_YEAR"), first(birth, "TO_YEAR"))
    for place in element.findall("INDIVIDUAL_PLACE_OF_BIRTH"):
        parts = [first(place, name) for name in ("CITY", "STATE_PROVINCE", "COUNTRY")]
        person.add("birthPlace", ", ".join(part for part in parts if part))


def documents(person, element):
    for document in element.findall("INDIVIDUAL_DOCUMENT"):
        kind = (first(document, "TYPE_OF_DOCUMENT") or "").lower()
        person.add("passportNumber" if "passport" in kind else "idNumber", first(document, "NUMBER"))


def common(entity, element):
    entity.add("program", first(element, "UN_LIST_TYPE")).add("topics", "sanction")
    entity.add("notes", *texts(element, "COMMENTS1"))
    entity.add("alias", *texts(element, "NAME_ORIGINAL_SCRIPT"))
    return first(element, "REFERENCE_NUMBER") or first(element, "DATAID")


def payload(element):
    return {child.tag: " ".join(" ".join(child.itertext()).split()) for child in element}


def crawl(context):
    path = context.path(".xml.gz")
    for element in context.xml(path, "INDIVIDUAL"):
        key = first(element, "DATAID")
        person = context.entity("Person", "un", key)
        names = [first(element, f"{n}_NAME") for n in ("FIRST", "SECOND", "THIRD", "FOURTH")]
        person.add("name", " ".join(name for name in names if name))
        common(person, element)
        aliases(person, element, "INDIVIDUAL_ALIAS")
        births(person, element)
        documents(person, element)
        person.add("nationality", *texts(element, "NATIONALITY/VALUE")).add("title", *texts(element, "TITLE/VALUE"))
        person.add("position", *texts(element, "DESIGNATION/VALUE")).add("gender", first(element, "GENDER"))
        places = addresses(context, person, element, "INDIVIDUAL_ADDRESS", key)
        yield context.record(key, payload(element), [person, *places])
    for element in context.xml(path, "ENTITY"):
        key = first(element, "DATAID")
        body = context.entity("Organization", "un", key).add("name", first(element, "FIRST_NAME"))
        common(body, element)
        aliases(body, element, "ENTITY_ALIAS")
        places = addresses(context, body, element, "ENTITY_ADDRESS", key)
        yield context.record(key, payload(element), [body, *places])
