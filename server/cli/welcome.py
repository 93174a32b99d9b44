"""What `serve` prints once the server listens: where it is, for whom, and what to do next. Pure
text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from server.config import Settings
from server.hosts import LOCAL, own_origin


class Link(Protocol):
    """An invitation link of the demo."""

    @property
    def role(self) -> str:
        """What it lets people do."""
        ...

    @property
    def path(self) -> str:
        """What follows the origin."""
        ...


class Running(Protocol):
    """What is asked of a node that listens."""

    @property
    def settings(self) -> Settings:
        """With the ports that were really bound."""
        ...

    @property
    def addresses(self) -> Iterable[str]:
        """This machine's own names and addresses."""
        ...

    @property
    def links(self) -> Sequence[Link]:
        """The demo's invitation links, if there is a demo."""
        ...


def lines(settings: Settings, addresses: Iterable[str], links: Sequence[Link]) -> list[str]:
    """The text, line by line. `settings` hold the ports that were really bound."""
    here = origin(settings, "localhost")
    public = [settings.public_url.rstrip("/")] if settings.public_url else []
    colleagues = public + [origin(settings, a) for a in reachable(settings, addresses)]
    said = ["", f"  Touchline is up:       {here}/"]
    if colleagues:
        said.append(f"  for your colleagues:   {colleagues[0]}/")
        said += [f"                         {other}/" for other in colleagues[1:]]
    else:
        said.append("  for your colleagues:   nobody else can reach this machine")
    if links:
        shared = colleagues[0] if colleagues else here
        said += [
            "",
            "  A demo board is ready. One link is for you, the others let colleagues in as",
        ]
        said += [f"    {'you':<11}{here}{links[0].path}"]
        said += [f"    {link.role:<11}{shared}{link.path}" for link in links[1:]]
        said += [
            "",
            "  Next: open your link, and send another one to a colleague (or open it in a second",
            "  browser). Drag a player: both see it glide. Pull the cable, draw on, merge.",
        ]
    else:
        said += [
            "",
            "  Next: open the page, make a board, and share it with the button Share.",
            "  With --demo there is a board to try at once.",
        ]
    said += [f"  Data: {_data(settings)}   Stop: Ctrl-C", ""]
    return said


def origin(settings: Settings, name: str) -> str:
    """The origin of our pages under a name or address."""
    return own_origin(settings, name)


def reachable(settings: Settings, addresses: Iterable[str]) -> list[str]:
    """Addresses by which others on the network come here, the plainest first."""
    if settings.host not in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return [] if settings.host in LOCAL else [settings.host]
    numbers = [a for a in addresses if _is_number(a) and not _is_private_to_us(a)]
    if settings.host == "0.0.0.0":  # noqa: S104 - compared, not bound
        numbers = [a for a in numbers if ":" not in a]
    return sorted(numbers, key=lambda a: (":" in a, a))


def _is_number(address: str) -> bool:
    return ":" in address or all(part.isdigit() for part in address.split("."))


def _is_private_to_us(address: str) -> bool:
    """Loopback and link-local addresses mean another machine elsewhere, or nothing."""
    return address == "::1" or address.startswith(("127.", "169.254.", "fe80"))


def _data(settings: Settings) -> str:
    return "PostgreSQL" if settings.database else f"{settings.data_dir}/"
