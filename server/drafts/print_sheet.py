"""A draft as one sheet to print: the board by rounds (or the sales), and every roster. One HTML
file that fetches nothing; what people wrote is escaped. Pure. SPEC: DR72.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from protocol.draft import Pick
from server.drafts.held import HeldDraft

_STYLE = (
    "body{font:12px/1.35 system-ui,sans-serif;margin:16px;color:#000;background:#fff}"
    "h1{font-size:20px}h2{font-size:14px;margin:16px 0 4px}"
    "table{border-collapse:collapse;width:100%}thead{display:table-header-group}"
    "th,td{border:1px solid #999;padding:2px 4px;text-align:left;vertical-align:top}"
    "tr{break-inside:avoid}.teams{columns:3 180px}section{break-inside:avoid}"
    "ol{margin:0;padding-left:20px}small{color:#444}"
)


def print_sheet(name: str, held: HeldDraft) -> str:
    """The file, as HTML."""
    title = escape(name)
    table = _sales(held) if held.settings.type == "auction" else _board(held)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{title}</h1>{table}<h2>Rosters</h2>"
        f'<div class="teams">{"".join(_roster(held, seat) for seat in held.order)}</div>'
        "</body></html>\n"
    )


def _row(cells: Iterable[str], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _table(head: Iterable[str], rows: Iterable[str]) -> str:
    return f"<table><thead>{_row(head, 'th')}</thead><tbody>{''.join(rows)}</tbody></table>"


def _said(held: HeldDraft, pick: Pick) -> str:
    player = held.player(pick)
    about = escape(" ".join(filter(None, ("/".join(player.positions), player.team))))
    marks = {"keeper": " keeper", "auto": " auto"}.get(pick.how, "")
    return f"{escape(player.name)} <small>{about}{marks}</small>"


def _board(held: HeldDraft) -> str:
    """One line a round, its cells in the order in which they come up, under who picks there."""
    by_cell = {pick.n: pick for pick in (*held.kept, *held.picks)}
    rounds: dict[int, list[str]] = {}
    for n, origin in enumerate(held.cells, start=1):
        pick = by_cell.get(n)
        seat = held.owners.get(str(n), origin)
        team = f"<small>{n}. {escape(held.team(seat).name)}</small><br>"
        at = held.round_of(Pick(n, seat, "", "manual", "", 0)) or 0
        rounds.setdefault(at, []).append(team + (_said(held, pick) if pick else "&nbsp;"))
    width = max((len(cells) for cells in rounds.values()), default=0)
    head = ["Round", *(str(place) for place in range(1, width + 1))]
    return _table(head, (_row([str(number), *cells]) for number, cells in rounds.items()))


def _sales(held: HeldDraft) -> str:
    rows = (
        _row(
            [
                str(pick.n or "–"),
                _said(held, pick),
                escape(held.team(pick.seat).name),
                f"${pick.price or 0}",
            ]
        )
        for pick in held.all_picks()
    )
    return _table(["Sale", "Player", "Team", "Price"], rows)


def _roster(held: HeldDraft, seat: int) -> str:
    players = (held.pool[one] for one in held.rosters[str(seat)])
    rows = "".join(
        f"<li>{escape(one.name)} <small>{escape('/'.join(one.positions))}</small></li>"
        for one in players
    )
    return f"<section><h2>{escape(held.team(seat).name)}</h2><ol>{rows}</ol></section>"
