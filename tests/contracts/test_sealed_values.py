"""What is sealed is counted and sealed anew alike in every database."""

from __future__ import annotations

from server.accounts.sealed import Seals
from server.accounts.sealed_values import SealedValues
from server.secrets import KeyRing
from storage.tables import Asking, Tables

OLD_RING = KeyRing((b"old-secret-old-secret-old-secret",))
RING = KeyRing((b"new-secret-new-secret-new-secret", *OLD_RING.secrets))


async def test_SE15_seals_of_an_older_secret_are_counted_and_sealed_anew(tables: Tables) -> None:
    ids = [f"a_{number}" for number in range(3)]
    seals = {one: Seals(OLD_RING).seal(b"JBSWY3DP", account=one, purpose="totp") for one in ids}

    def filled() -> Asking[None]:
        for account, sealed in seals.items():
            yield (
                "INSERT INTO account (id, name, created_at, origin, totp_secret)"
                " VALUES ($1, 'Ada', 0, 'password', $2)",
                (account, sealed),
            )

    await tables.write(filled)
    values = SealedValues(tables)
    newest, oldest = RING.ids()
    assert await values.count() == {oldest: 3}
    assert await values.renew(RING) == 3
    assert await values.count() == {newest: 3}
    assert await values.renew(RING) == 0
