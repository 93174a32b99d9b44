"""One-time links, in every database."""

import asyncio

from storage.links import Link, Links, Purpose
from storage.tables import Tables

PARALLEL = 8
LINK = Link(b"digest", "reset", "a_jo", b"sealed", 1, 100)


async def test_AS5_of_many_uses_of_one_link_at_once_one_gets_it(nodes: list[Tables]) -> None:
    await Links(nodes[0]).add(LINK)
    answers = await asyncio.gather(
        *(Links(nodes[n % 2]).use(b"digest", "reset", at=99) for n in range(PARALLEL))
    )
    assert answers.count(LINK) == 1
    assert answers.count(None) == PARALLEL - 1
    assert await Links(nodes[1]).peek(b"digest", "reset", at=99) is None


async def test_AS5_a_link_is_for_its_purpose_and_until_it_expires(tables: Tables) -> None:
    links = Links(tables)
    await links.add(LINK)
    for ask in (links.peek, links.use):
        assert await ask(b"digest", "verify_email", at=99) is None
        assert await ask(b"digest", "reset", at=100) is None
        assert await ask(b"other", "reset", at=99) is None
    assert await links.peek(b"digest", "reset", at=99) == LINK
    assert await links.use(b"digest", "reset", at=99) == LINK
    assert await links.use(b"digest", "reset", at=99) is None


async def test_links_of_a_subject_are_voided_together_and_old_ones_forgotten(
    tables: Tables,
) -> None:
    links = Links(tables)
    rows: list[tuple[Purpose, str, int]] = [
        ("reset", "a_jo", 50),
        ("reset", "a_jo", 60),
        ("verify_email", "a_jo", 70),
        ("reset", "a_b", 80),
    ]
    for number, (purpose, subject, until) in enumerate(rows):
        await links.add(Link(b"%d" % number, purpose, subject, None, 1, until))
    assert await links.revoke_for("a_jo", "reset") == 2
    assert await links.revoke_for("a_jo", "reset") == 0
    assert await links.cleanup(69) == 0
    assert await links.cleanup(70) == 1
    assert await links.peek(b"3", "reset", at=1) is not None


async def test_PK8_what_nobody_wrote_down_is_used_up_once_by_all_nodes_together(
    nodes: list[Tables],
) -> None:
    answers = await asyncio.gather(
        *(
            Links(nodes[n % 2]).use_up(b"said", "ceremony", "a_jo", at=1, until=100)
            for n in range(PARALLEL)
        )
    )
    assert sorted(answers) == [False] * (PARALLEL - 1) + [True]
    links = Links(nodes[0])
    assert await links.use_up(b"another", "ceremony", "a_jo", at=1, until=200)
    assert await links.use(b"said", "reset", at=2) is None
    assert await links.cleanup(99) == 0
    assert await links.cleanup(100) == 1
    assert not await links.use_up(b"another", "ceremony", "a_jo", at=101, until=300)


def test_what_is_secret_is_not_in_a_repr() -> None:
    assert "canary" not in repr(Link(b"canary", "reset", "a_jo", b"canary", 1, 2))
