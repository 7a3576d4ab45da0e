"""Mail headers: who wrote to whom, when, about what. Mailboxes are named as in the staff file."""

import re
from datetime import datetime

NAME = re.compile(r"^([^@]+)@")


def person(context, address):
    """The employee of a mailbox: 'Varja.Lagos@…' is Varja Lagos, as the staff file has it."""
    name = NAME.match(address).group(1).replace(".", " ") if NAME.match(address) else address
    return context.entity("Person", "person", name.casefold()).add("name", name)


def crawl(context):
    for number, row in enumerate(context.csv(context.path(".csv")), 1):
        sender = row["From"].strip()
        receivers = [part.strip() for part in row["To"].split(",") if part.strip() and part.strip() != sender]
        mail = context.entity("Email", "mail", number).add("subject", row["Subject"]).add("from", sender)
        mail.add("to", *receivers).add("emitters", person(context, sender))
        try:
            sent = datetime.strptime(row["Date"].strip(), "%m/%d/%Y %H:%M")  # noqa: DTZ007 - local time, as the source has it
            mail.add("date", sent.isoformat()[:16])
        except ValueError:
            context.reject(number, "Date", "This is no date in the form month/day/year hour:minute.", row["Date"])
        people = {one.id: one for one in (person(context, a) for a in (sender, *receivers))}
        mail.add("recipients", *(person(context, a) for a in receivers))
        yield context.record(number, row, [mail, *people.values()])
