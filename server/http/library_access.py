"""Who may read which library: members as in any room, and of what is public or built in everybody.

Reading what is public makes nobody a member: names, chat, authors and invitations of the room stay
its members'. A room that is no library is none here, whoever asks. SPEC: LB40 to LB43.
"""

from __future__ import annotations

from typing import Final

from protocol.membership import Role
from server.http.services import Services
from server.identity import Identity

BUILT_IN: Final = "built-in"
"""Id of the library that comes with the server: nobody's, and read-only."""


async def role_in_library(services: Services, library: str, identity: Identity) -> Role | None:
    """What somebody may be in a library; None: it does not exist, for them."""
    if library == BUILT_IN:
        return "viewer"
    grant = identity.grant
    if grant is not None and not grant.touches(library):
        return None
    role = await services.role_in(library, identity)
    if role is None and library in await services.accounts.stores.libraries.public_among([library]):
        role = "viewer"
    if role is None:
        return None
    row = (await services.records.rooms([library])).get(library)
    return role if row is not None and row.kind == "library" else None
