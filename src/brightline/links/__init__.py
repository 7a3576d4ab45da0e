"""The room `links`: expand an entity, find the path between two, as far as the purpose sees."""
