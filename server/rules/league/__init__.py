"""The rules of leagues: who is on which team, who starts, when that is locked, what became of the
weeks, and what feeds make of it all. Pure."""
