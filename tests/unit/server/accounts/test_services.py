"""Everything about accounts, put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.accounts.services import carrier_of
from server.config import Settings
from server.mail import Folder, Smtp
from tests.support.http_side import HttpSide


def test_messages_go_to_the_mail_server_of_the_setting_or_into_the_folder(tmp_path: Path) -> None:
    assert isinstance(carrier_of(Settings(), tmp_path), Folder)
    url = "smtp://mail.example:587"
    assert isinstance(carrier_of(Settings(smtp_url=url), tmp_path), Smtp)
    with pytest.raises(ValueError, match="smtp_url"):
        carrier_of(Settings(smtp_url="http://mail.example"), tmp_path)


async def test_everything_that_runs_has_a_name_and_closing_twice_does_no_harm(
    side: HttpSide,
) -> None:
    accounts = side.services.accounts
    runs = accounts.runs()
    assert set(runs) == {"access", "audit", "cleanup", "limits", "mail", "teams"}
    for one in runs.values():
        one.close()
    await accounts.close()
    await accounts.close()
