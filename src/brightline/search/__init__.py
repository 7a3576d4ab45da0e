"""The room `search`: find by name, identifier and word; the page of one entity; why it may be seen."""
