"""The command-line door: an HTTP client of the API, and the starter of the processes of this machine."""
