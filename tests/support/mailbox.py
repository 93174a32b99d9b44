"""What a server without SMTP writes into its folder of messages: how tests get at links that only a
mailbox may learn."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from pathlib import Path

from tests.support.eventually import eventually


async def link_in_mail(data_dir: Path, to: str, having: str) -> str:
    """The address with `having` in the latest message to somebody that has one; waits for it."""

    async def look() -> str | None:
        for path in sorted((data_dir / "mail").glob("*.eml"), reverse=True):
            read = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            text = str(read.get_content())
            if read["To"] == to and having in text:
                return next(line for line in text.splitlines() if having in line)
        return None

    return await eventually(look)
