"""Draft rooms: which player goes to which team, when, and who may say so. Pure. SPEC: section DR.

state.py      what a draft is at one version      apply.py      what an event does to it
orders.py     who picks in which cell             legality.py   which roster a player still fits
money.py      budgets, proxies                    quiet.py      clocks that stand still at night
clock.py      deadlines                           autopick.py   the player that nobody chose
work.py       a decision as it grows              flow.py       what comes after a turn
turns.py, auction.py                              what managers ask
office.py, office_picks.py, setup.py              what the commissioner asks
wake.py       what happens at zero                kind.py       the kind
"""
