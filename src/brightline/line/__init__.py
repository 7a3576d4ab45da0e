"""The line: pure policy. Here, and nowhere else, it is decided which markings a purpose may see."""
