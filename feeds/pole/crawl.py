"""A crime graph in 27 CSV files inside a zip: people, objects, locations, events, and how they hang together.

A person who is party to a crime is a suspect, whoever isn't is `other`; what ties two people has the stricter of
their categories, so that nobody sees the tie who may not see both.
"""

import re
from collections import defaultdict

TIES = {
    "KNOWS": "knows",
    "KNOWS_LW": "lives with",
    "KNOWS_PHONE": "knows by phone",
    "KNOWS_SN": "knows on social network",
}
DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")


def iso(text):
    found = DAY.match(text or "")
    return f"{found.group(3)}-{int(found.group(2)):02}-{int(found.group(1)):02}" if found else text


class Graph:
    def __init__(self, context):
        self.context = context
        self.path = context.path(".zip")

    def nodes(self, label):
        return {row[":ID"]: row for row in self.context.zipped_csv(self.path, f".nodes.{label}.csv")}

    def ties(self, label):
        for row in self.context.zipped_csv(self.path, f".relationships.{label}.csv"):
            yield row[":START_ID"], row[":END_ID"], row

    def ends(self, label):
        found = defaultdict(list)
        for start, end, _ in self.ties(label):
            found[start].append(end)
        return found


def phones(context, graph):
    numbers = {id: row["phoneNo"] for id, row in graph.nodes("Phone").items()}

    def phone(id):
        return context.entity("Phone", id).add("number", numbers[id]).add("name", f"Phone {numbers[id]}")

    return phone


def people(context, graph, phone, crimes):
    emails, places = graph.nodes("Email"), graph.ends("CURRENT_ADDRESS")
    mail, held, party = graph.ends("HAS_EMAIL"), graph.ends("HAS_PHONE"), graph.ends("PARTY_TO")
    category = {}
    for id, row in graph.nodes("Person").items():
        person = context.entity("Person", id).add("name", f"{row['name']} {row['surname']}")
        person.add("firstName", row["name"]).add("lastName", row["surname"]).add("idNumber", row["nhs_no"])
        person.add("email", *(emails[each]["email_address"] for each in mail[id]))
        person.add("addressEntity", *(context.id(each) for each in places[id]))
        made = [person, *(phone(each).add("holder", person) for each in held[id])]
        for crime in party[id]:
            link = context.entity("UnknownLink", id, "party to", crime).add("role", "party to")
            made.append(link.add("subject", person).add("object", context.id(crime)))
        category[id] = "suspect" if party[id] else "other"
        yield context.record(f"person/{id}", row, made, category=category[id])
    yield from between(context, graph, category)


def between(context, graph, category):
    def stricter(a, b):
        return "suspect" if "suspect" in (category.get(a), category.get(b)) else "other"

    for start, end, row in graph.ties("FAMILY_REL"):
        tie = context.entity("Family", start, "family", end).add("relationship", row["rel_type"].lower())
        tie.add("person", context.id(start)).add("relative", context.id(end))
        yield context.record(f"family/{start}/{end}", row, [tie], category=stricter(start, end))
    for label, words in TIES.items():
        for start, end, row in graph.ties(label):
            tie = context.entity("Associate", start, label, end).add("relationship", words)
            tie.add("person", context.id(start)).add("associate", context.id(end))
            yield context.record(f"{label.lower()}/{start}/{end}", row, [tie], category=stricter(start, end))


def calls(context, graph, phone):
    caller, called = graph.ends("CALLER"), graph.ends("CALLED")
    for id, row in graph.nodes("PhoneCall").items():
        call = context.entity("PhoneCall", id).add("duration", row["call_duration"])
        call.add("date", f"{iso(row['call_date'])}T{row['call_time']}").add("summary", row["call_type"].title())
        ends = {each: phone(each) for each in (*caller[id], *called[id])}
        call.add("callerPhone", *(ends[each] for each in caller[id])).add(
            "receiverPhone", *(ends[each] for each in called[id])
        )
        yield context.record(f"call/{id}", row, [call, *ends.values()])


def places(context, graph):
    for id, row in graph.nodes("Location").items():
        place = context.entity("Address", id).add("full", ", ".join(p for p in (row["address"], row["postcode"]) if p))
        place.add("street", row["address"]).add("postalCode", row["postcode"]).add("country", "gb")
        place.add("latitude", row["latitude:double"]).add("longitude", row["longitude:double"])
        yield context.record(f"location/{id}", row, [place])


def things(context, graph):
    for id, row in graph.nodes("Officer").items():
        officer = context.entity("Person", id).add("name", f"{row['name']} {row['surname']}").add("title", row["rank"])
        officer.add("position", f"{row['rank']}, police").add("idNumber", row["badge_no"])
        yield context.record(f"officer/{id}", row, [officer])
    for id, row in graph.nodes("Vehicle").items():
        car = context.entity("Vehicle", id).add("name", f"{row['make']} {row['model']}").add("model", row["model"])
        car.add("registrationNumber", row["reg"]).add("buildDate", row["year"])
        yield context.record(f"vehicle/{id}", row, [car])
    for id, row in graph.nodes("Object").items():
        thing = context.entity("Asset", id).add("name", row["description"]).add("summary", row["type"])
        yield context.record(f"object/{id}", row, [thing])


def crimes(context, graph):
    where, who, things = graph.ends("OCCURRED_AT"), graph.ends("INVESTIGATED_BY"), defaultdict(list)
    for start, end, _ in graph.ties("INVOLVED_IN"):
        things[end].append(start)
    for id, row in graph.nodes("Crime").items():
        crime = (
            context.entity("Incident", id)
            .add("name", row["type"])
            .add("type", row["type"])
            .add("date", iso(row["date"]))
        )
        crime.add("outcome", row["last_outcome"]).add("charge", row["charge"]).add("notes", row["note"])
        crime.add("place", *(context.id(each) for each in where[id])).add(
            "officer", *(context.id(each) for each in who[id])
        )
        crime.add("objects", *(context.id(each) for each in things[id]))
        yield context.record(f"crime/{id}", row, [crime])


def crawl(context):
    graph = Graph(context)
    phone = phones(context, graph)
    yield from people(context, graph, phone, crimes)
    yield from calls(context, graph, phone)
    yield from places(context, graph)
    yield from things(context, graph)
    yield from crimes(context, graph)
