"""The box: a process that reads what strangers sent, and can do nothing else. See README.md."""
