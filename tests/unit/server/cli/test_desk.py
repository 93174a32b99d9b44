from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from server.cli.desk import Desk, Refused, is_name, open_desk, trusting
from server.cli.screen import Exit
from server.config import Settings
from server.http.operator import OperatorRoomRequest
from tests.support.certificates import Issuer


def desk_that_answers(*answers: httpx.Response) -> Desk:
    left = list(answers)
    transport = httpx.MockTransport(lambda _: left.pop(0))
    return Desk(httpx.AsyncClient(transport=transport, base_url="http://localhost"))


async def test_OP10_lists_are_read_page_by_page() -> None:
    def page(name: str, following: str) -> httpx.Response:
        card = (
            f'{{"id":"{name}","kind":"board","name":"n","version":1,"created_at":0,'
            '"updated_at":0,"pruned_before":1}'
        )
        return httpx.Response(200, text=f'{{"rooms":[{card}],"next":{following}}}')

    desk = desk_that_answers(page("a", '"c"'), page("b", "null"))
    assert [card.id async for card in desk.rooms()] == ["a", "b"]


async def test_OP10_history_is_read_page_by_page() -> None:
    def page(version: int, following: str) -> httpx.Response:
        entry = f'{{"version":{version},"at":0,"by":"","name":"","events":[]}}'
        return httpx.Response(200, text=f'{{"entries":[{entry}],"next":{following}}}')

    desk = desk_that_answers(page(2, '"c"'), page(1, "null"))
    assert [entry.version async for entry in desk.history("r")] == [2, 1]


@pytest.mark.parametrize(
    ("answer", "words", "code"),
    [
        (httpx.Response(404, text='{"error":"not_found","id":"i"}'), "no such room", Exit.FAILED),
        (
            httpx.Response(409, text='{"error":"not_covered","id":"i","detail":"at 5"}'),
            "no snapshot covers what would be forgotten (detail: at 5)",
            Exit.FAILED,
        ),
        (httpx.Response(409, text='{"error":"locked","id":"i"}'), "locked", Exit.FAILED),
        (httpx.Response(503, text='{"error":"busy","id":"i"}'), "busy", Exit.UNAVAILABLE),
        (httpx.Response(502, text="<html>"), "the server answered 502", Exit.UNAVAILABLE),
    ],
)
async def test_OP5_every_refusal_is_a_sentence_and_a_code(
    answer: httpx.Response, words: str, code: Exit
) -> None:
    with pytest.raises(Refused, match=words.replace("(", r"\(").replace(")", r"\)")) as caught:
        await desk_that_answers(answer).restore("r", 1)
    assert caught.value.exit_code == code


async def test_OP9_without_a_server_the_desk_is_our_own(tmp_path: object) -> None:
    settings = Settings(data_dir=str(tmp_path))
    async with open_desk(settings) as desk:
        made = await desk.create(OperatorRoomRequest("board", "Own"))
        assert (await desk.show(made.room.id)).room.name == "Own"


async def test_OP8_a_named_server_that_is_not_ours_is_refused(tmp_path: object) -> None:
    settings = Settings(data_dir=str(tmp_path))
    with pytest.raises(Refused, match="no operator key"):
        async with open_desk(settings, "http://127.0.0.1:9"):
            pass


def test_a_name_has_1_to_64_characters() -> None:
    assert is_name("Ada")
    assert not is_name("")
    assert not is_name("x" * 65)


def test_TL9_whom_to_trust_depends_on_where_one_goes(tmp_path: Path) -> None:
    certificate, key = Issuer().make(["club.example"]).write(tmp_path)
    given = Settings(tls_certificate=str(certificate), tls_key=str(key))
    assert trusting(given, "http://localhost:8700") is None
    for own in ("https://localhost:8700", "https://127.0.0.1:8700", "https://[::1]:8700"):
        here = trusting(given, own)
        assert here is not None
        assert not here.check_hostname
        assert here.cert_store_stats()["x509"] == 1, "and nobody else"
    elsewhere = trusting(given, "https://club.example")
    assert elsewhere is not None
    assert elsewhere.check_hostname
    unknown = trusting(Settings(), "https://localhost:8700")
    assert unknown is not None
    assert unknown.check_hostname


def test_TL9_a_certificate_that_cannot_be_read_is_a_mistake_of_the_settings(
    tmp_path: Path,
) -> None:
    given = Settings(tls_certificate=str(tmp_path / "nowhere.pem"), tls_key="k")
    with pytest.raises(Refused, match="cannot be read") as caught:
        trusting(given, "https://localhost:8700")
    assert caught.value.exit_code == Exit.USAGE
