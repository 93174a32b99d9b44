"""What players are likely to make yet, and how likely a side is to win: from a table that was
fitted to a real week, a league's own rules, and how much of each game is left. Pure."""
