"""The ten questions of the documents: they span what can be asked about plays. Plain data, as they
are sent."""

from __future__ import annotations

from typing import Any

Question = dict[str, Any]


def ten(season: int, team: str, other: str, player: str) -> dict[str, Question]:
    """The questions by name, about a season, two teams and a player that there are."""
    return {
        "third and long, by formation": {
            "where": {"downs": [3], "distances": ["long"]},
            "by": ["formation"],
            "order": "success",
        },
        "a team in the red zone, by kind": {
            "where": {"offences": [team], "zones": ["red"]},
            "by": ["kind"],
        },
        "fourth and short, by offence": {
            "where": {"downs": [4], "distances": ["short"], "kinds": ["run", "pass"]},
            "by": ["offence"],
            "order": "success",
            "minimum": 5,
            "limit": 40,
        },
        "a player's catches of 20 yards and more": {
            "where": {
                "players": [player],
                "roles": ["receiver"],
                "ranges": {"yards": [20, None]},
            }
        },
        "the last two minutes, one score apart, of a season": {
            "where": {"seasons": [season], "two_minute": True, "states": ["one_score"]},
            "by": ["offence"],
            "order": "epa",
        },
        "the longest runs of a season": {
            "where": {"seasons": [season], "kinds": ["run"]},
            "order": "yards",
        },
        "receivers of a season": {
            "where": {"seasons": [season], "kinds": ["pass"], "roles": ["receiver"]},
            "by": ["player"],
            "order": "yards",
            "minimum": 20,
        },
        "far behind in the fourth quarter, runs and passes by week": {
            "where": {
                "seasons": [season],
                "quarters": [4],
                "kinds": ["run", "pass"],
                "ranges": {"score": [None, -9]},
            },
            "by": ["week", "kind"],
            "limit": 100,
        },
        "a team out of the shotgun on first down, by week": {
            "where": {
                "seasons": [season],
                "offences": [team],
                "formations": ["SHOTGUN"],
                "downs": [1],
            },
            "by": ["week"],
        },
        "turnovers between two teams": {
            "where": {
                "offences": [team, other],
                "defences": [team, other],
                "results": ["interception", "fumble_lost"],
            },
            "limit": 100,
        },
    }
