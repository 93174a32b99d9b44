"""What the client keeps in a real browser: storage on IndexedDB, and the leases of client ids."""

from __future__ import annotations

import pytest

from tests.support.browser import Stage
from tests.support.node import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONTRACT = (ROOT / "tests" / "js" / "storage_contract.mjs").read_text(encoding="utf-8")
HELD = """async (locked) => {
    const { IndexedDbStorage } = await import('/js/storage_indexeddb.js');
    const { chooseLeases } = await import('/js/storage_choice.js');
    const { systemClock } = await import('/js/clock.js');
    const { RecordLeases } = await import('/js/lease.js');
    const storage = new IndexedDbStorage('leases');
    const leases = locked
        ? chooseLeases(storage, systemClock, '')
        : new RecordLeases(storage, systemClock);
    const taken = await leases.take(locked ? 'client-1' : 'client-2', () => undefined);
    globalThis.lease = taken;
    return [leases.constructor.name, taken !== null];
}"""


async def test_CL4_indexeddb_keeps_to_the_contract_of_all_storages(stage: Stage) -> None:
    person = await stage.person(None)
    await person.page.goto(stage.url)
    contract = CONTRACT.replace("export async function", "async function")
    wrong = await person.page.evaluate(
        f"""async () => {{
            const {{ IndexedDbStorage }} = await import('/js/storage_indexeddb.js');
            {contract}
            return storageContract(() => new IndexedDbStorage('contract'));
        }}"""
    )
    assert wrong == []


@pytest.mark.parametrize(("locked", "kind"), [(True, "LockLeases"), (False, "RecordLeases")])
async def test_CL2_a_client_id_belongs_to_one_tab(stage: Stage, locked: bool, kind: str) -> None:
    person = await stage.person(None)
    await person.page.goto(stage.url)
    other = await person.page.context.new_page()
    await other.goto(stage.url)
    assert await person.page.evaluate(HELD, locked) == [kind, True]
    assert await other.evaluate(HELD, locked) == [kind, False]
    await person.page.evaluate("lease.release()")
    assert await other.evaluate(HELD, locked) == [kind, True]
