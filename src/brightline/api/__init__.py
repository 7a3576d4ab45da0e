"""The web door: requests in, answers out. It holds no rule; every rule is the database's."""
