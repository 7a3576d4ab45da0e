"""What goes over the wire, room by room: exact enough that the web client is generated from it."""
