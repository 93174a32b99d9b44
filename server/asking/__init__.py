"""Questions about the plays of all feeds: what a play is for them, what they mean, and who keeps
the read models up to date."""
