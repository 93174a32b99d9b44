"""Kinds of rooms that only tests have."""
