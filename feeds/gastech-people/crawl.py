"""The staff file, a workbook made for people, and the list of company cars."""

import openpyxl


def sheet(path):
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = book["Employee Records"].iter_rows(values_only=True)
    header = next(rows)
    for row in rows:
        if row[0]:
            yield {
                name: str(cell)[:10] if hasattr(cell, "year") else cell
                for name, cell in zip(header, row, strict=False)
                if name
            }
    book.close()


def person_id(row):
    return ("person", f"{row['FirstName']} {row['LastName']}".strip().casefold())


def crawl(context):
    firm = (
        context.entity("Company", "firm", "gastech")
        .add("name", "GAStech International")
        .add("alias", "GAStech - Kronos")
    )
    yield context.record("firm", {"name": "GAStech International"}, [firm])
    for row in sheet(context.path(".xlsx")):
        name = f"{row['FirstName']} {row['LastName']}"
        person = context.entity("Person", *person_id(row)).add("name", name)
        person.add("firstName", row["FirstName"]).add("lastName", row["LastName"]).add("birthDate", row["BirthDate"])
        person.add("gender", row["Gender"]).add("position", row["CurrentEmploymentTitle"])
        # A second mailbox of the same name is written so: 'Name2@…'; in mail headers people use it as their address.
        person.add("summary", f"{row['CurrentEmploymentType']}, citizen of {row['CitizenshipCountry']}")
        mailbox = context.entity("UserAccount", "mail", str(row["EmailAddress"]).casefold())
        mailbox.add("username", row["EmailAddress"]).add("owner", person)
        work = context.entity("Employment", "work", name.casefold()).add("employee", person).add("employer", firm)
        work.add("role", row["CurrentEmploymentTitle"]).add("startDate", row["CurrentEmploymentStartDate"])
        yield context.record(f"person/{name}", row, [person, mailbox, work])
    for row in context.csv(context.path("car-assignments.csv")):
        if not row["CarID"]:
            continue
        car = context.entity("Vehicle", "car", row["CarID"]).add("name", f"Company car {row['CarID']}")
        car.add("operator", context.id(*person_id(row))).add("type", "car")
        name = f"{row['FirstName']} {row['LastName']}"
        yield context.record(f"car/{row['CarID']}/{name}", row, [car])
