"""How a team lead sets up who gets what: forms, what the screens show, and the words for it."""
