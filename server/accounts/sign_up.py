"""Coming in for the first time, and back in without the password: links by mail.

Whether somebody has an account here, only their mailbox learns: every answer is the same. Knows
links and what they carry; must not know HTTP. SPEC: SU17, SU18, SU1 to SU16, EM6, PK12.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import quote

import msgspec

from server.accounts.access import CLAIMED, Access
from server.accounts.passwords import LENGTH_MIN, Passwords, check_choice
from server.accounts.sealed import CannotOpen, Seals
from server.accounts.sign_in import Device, SignedIn, SignIn, password_at
from server.audit import Auditor, Origin
from server.clock import Clock
from server.config import Settings
from server.mail import Mail, Message, NotYet
from storage.accounts import Account, Accounts
from storage.errors import StorageError
from storage.links import Link, Links, Purpose
from storage.passkeys import Passkey, Passkeys

SIGN_UP_MS: Final = 24 * 3_600_000
RESET_MS: Final = 30 * 60_000
EMAIL_MS: Final = 24 * 3_600_000
INVITATION_MS: Final = 14 * 24 * 3_600_000
LINK_PREFIX: Final = "tll_"
"""So that logs recognise the secret of a link and leave it out."""


class SignUpClosed(Exception):
    """The setting lets nobody in."""


class InvitationNeeded(Exception):
    """The setting asks for an invitation, and there was none that holds."""


class UnknownLink(Exception):
    """Used, expired, for something else, or never was one."""


class _Applicant(msgspec.Struct, frozen=True):
    """What waits for the mailbox to be confirmed."""

    email: str
    name: str
    account: str
    """The guest's, whose rooms and history go on, or a fresh id."""
    invitation: str = ""
    site_role: str | None = None

    def __repr__(self) -> str:
        return f"_Applicant({self.account})"


class _Invited(msgspec.Struct, frozen=True):
    """What an invitation to the site carries."""

    email: str
    site_role: str | None = None


@dataclass(frozen=True, slots=True)
class SiteInvitation:
    """An invitation to the site that holds, without its secret. Times are ms of log time."""

    id: str
    email: str
    """Who may sign up; empty: whoever has the link."""
    site_role: str | None
    by: str
    """The account that invited; empty: whoever runs the server."""
    created_at: int
    expires_at: int


class _Readdressed(msgspec.Struct, frozen=True):
    """What a link to another address carries."""

    email: str
    password_at: int
    """Which password was proved for it (`sign_in.password_at`)."""


_Carried = TypeVar("_Carried", _Applicant, _Invited, _Readdressed)


@dataclass(frozen=True, slots=True)
class Texts:
    """Where links in messages lead: our own pages under the name by which the person came."""

    origin: str

    def link(self, page: str, token: str) -> str:
        """The secret is in the fragment, which browsers do not send to servers."""
        return f"{self.origin}/{page}#token={token}"


def digest_of(token: str) -> bytes:
    """What is stored of a link's secret (256 random bits)."""
    return hashlib.sha256(token.encode()).digest()


class SignUp:
    """One for a node."""

    def __init__(
        self,
        *,
        settings: Settings,
        accounts: Accounts,
        links: Links,
        passkeys: Passkeys,
        passwords: Passwords,
        seals: Seals,
        sign_in: SignIn,
        access: Access,
        mail: Mail,
        audit: Auditor,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._links = links
        self._passkeys = passkeys
        self._passwords = passwords
        self._seals = seals
        self._sign_in = sign_in
        self._access = access
        self._mail = mail
        self._audit = audit
        self._clock = clock

    @property
    def password_min(self) -> int:
        """The least length of a password that is chosen here."""
        return max(LENGTH_MIN, self._settings.password_length_min)

    # --- sign up --------------------------------------------------------------------------------

    async def ask(
        self,
        email: str,
        name: str,
        texts: Texts,
        origin: Origin,
        *,
        guest: str | None = None,
        invitation: str = "",
        invited_to_team: bool = False,
    ) -> None:
        """Sends a link that makes the account, or, where the address has one already, says so to
        its mailbox. The password is chosen by whoever opens the link, so that nobody knows one of
        an account whose mailbox is another's. `email` and `name` are clean. Raises SignUpClosed,
        InvitationNeeded, TooMany, MailBusy."""
        await self._take("sign_up", origin.address)
        role = await self._admitted(email, invitation, invited_to_team=invited_to_team)
        await self._take("mail_sign_up", email)
        taken = await self._is_taken(email)
        account = guest or f"a_{secrets.token_urlsafe(16)}"
        invited = "" if role is None else invitation
        applicant = _Applicant(email, name, account, invited, role or None)
        # Written in both cases, so that the time it takes tells nothing; nobody learns the secret
        # of one that is not sent, and it expires.
        token = await self._add("sign_up", email, applicant, SIGN_UP_MS)
        if taken:
            self._mail.send(_already(email, texts))
        else:
            # The page says whose password is chosen there, to people and password managers.
            link = texts.link("confirm.html", f"{token}&email={quote(email)}")
            self._mail.send(_welcome(email, link))

    async def _admitted(self, email: str, invitation: str, *, invited_to_team: bool) -> str | None:
        """The site role that an invitation gives, empty where it gives none; None where nothing
        but the setting, or an invitation to a team, lets in. Raises SignUpClosed,
        InvitationNeeded."""
        if invitation:
            invited = await self._invited(invitation)
            if invited is not None and invited.email in {"", email}:
                return invited.site_role or ""
        if self._settings.sign_up == "closed":
            raise SignUpClosed
        if self._settings.sign_up == "invitation" and not invited_to_team:
            raise InvitationNeeded
        return None

    async def _invited(self, invitation: str) -> _Invited | None:
        """What an invitation to the site carries, while it holds and its maker may invite."""
        now = self._clock.now_ms()
        link = await self._links.invitation(digest_of(invitation), now)
        if link is None or self._access.blocks.find("account", link.by or "", now) is not None:
            return None
        return self._read(link, _Invited)

    async def confirm(self, token: str, password: str, device: Device, origin: Origin) -> SignedIn:
        """Makes the account and signs in; the link and the invitation it came by are used up in
        the same step. Raises PasswordRefused, TooMany, PasswordsBusy, UnknownLink, also where the
        address was taken or the invitation used meanwhile."""
        # A password that may not be chosen costs nobody an attempt.
        check_choice(password, length_min=self.password_min)
        await self._take("link", origin.address)
        now, digest = self._clock.now_ms(), digest_of(token)
        link = await self._links.peek(digest, "sign_up", at=now)
        applicant = None if link is None else self._read(link, _Applicant)
        if applicant is None:
            raise UnknownLink
        if applicant.invitation and await self._invited(applicant.invitation) is None:
            raise UnknownLink
        hashed = await self._passwords.hash(password, length_min=self.password_min)
        account = Account(
            id=applicant.account,
            name=applicant.name,
            created_at=now,
            email=applicant.email,
            password_hash=hashed,
            password_changed_at=now,
            site_role=applicant.site_role,
        )
        invitation = digest_of(applicant.invitation) if applicant.invitation else None
        if not await self._accounts.create_by_link(account, digest, invitation, at=now):
            raise UnknownLink
        self._access.note("account", account.id, CLAIMED, now)
        self._audit.note("account.created", account.id, origin)
        return await self._sign_in.open_session(account, device, origin, how="sign_up")

    async def invite(
        self, email: str, site_role: str | None, texts: Texts, origin: Origin, by: str
    ) -> str:
        """A link by which one person may sign up, whatever the setting; it is mailed too. Returns
        its address. `email` may be empty, where no role is given: whoever has the link. `by`: the
        account that invites; empty: whoever runs the server."""
        assert email or not site_role, "expected somebody to give the role to"
        token = await self._add(
            "site_invitation", email, _Invited(email, site_role), INVITATION_MS, by=by
        )
        link = f"{texts.origin}/sign-up.html#invitation={token}"
        if email:
            self._mail.send(_invitation(email, link))
        self._audit.note("admin.act", by, origin, about="invitation", role=site_role)
        return link

    async def invitations(self) -> list[SiteInvitation]:
        """Those that hold, the oldest first."""
        found = await self._links.invitations(self._clock.now_ms())
        carried = [(link, self._read(link, _Invited)) for link in found]
        return [_told(link, one) for link, one in carried if one is not None]

    async def revoke_invitation(self, id_: str, origin: Origin, by: str) -> bool:
        """False: there is none of this id that holds."""
        for link in await self._links.invitations(self._clock.now_ms()):
            if _id_of(link) == id_ and await self._links.revoke(link.digest, link.purpose):
                self._audit.note("admin.act", by, origin, about="invitation", revoked=True)
                return True
        return False

    # --- reset ----------------------------------------------------------------------------------

    async def ask_reset(self, email: str, texts: Texts, origin: Origin) -> None:
        """Sends a link to choose another password, if somebody has that address; who has it is
        looked up behind the answer. Raises TooMany, MailBusy."""
        await self._take("reset_address", origin.address)
        await self._take("reset", f"{origin.address} {email}")
        await self._take("mail_reset", email)
        self._send_reset(email, texts, origin)

    async def send_reset(self, email: str, texts: Texts, origin: Origin, by: str) -> None:
        """The same for an administrator, whose message it is: it counts for the account `by`, not
        for the person. Empty: the operator, who is not counted. Raises TooMany, MailBusy."""
        if by:
            await self._take("mail", by)
        self._send_reset(email, texts, origin)

    def _send_reset(self, email: str, texts: Texts, origin: Origin) -> None:
        async def written() -> Message | None:
            try:
                return await self._reset_of(email, texts, origin)
            except StorageError:
                raise NotYet from None

        self._mail.send_written(written)

    async def _reset_of(self, email: str, texts: Texts, origin: Origin) -> Message | None:
        account = await self._accounts.by_email(email)
        known = account if account is not None and account.closed_at is None else None
        # Somebody who mistyped learns from the silence of their mailbox, as a guesser does. A link
        # is written for them too, of nobody's, so that storage has as much to do.
        token = await self._add("reset", "" if known is None else known.id, None, RESET_MS)
        if known is None:
            return None
        self._audit.note("account.reset_asked", known.id, origin)
        return _reset(email, texts.link("reset.html", token))

    async def reset(self, token: str, password: str, texts: Texts, origin: Origin) -> None:
        """Another password; every session ends, and the link is used up. A second factor and
        passkeys stay: whoever opens a mailbox has shown neither. The mailbox is told, and which
        passkeys there are. Raises UnknownLink, PasswordRefused, PasswordsBusy, TooMany."""
        await self._take("link", origin.address)
        now = self._clock.now_ms()
        known = await self._links.peek(digest_of(token), "reset", at=now)
        if known is None:
            raise UnknownLink
        hashed = await self._passwords.hash(password, length_min=self.password_min)
        account = await self._accounts.account(known.subject)
        kept = await self._passkeys.of_account(known.subject)
        link = await self._links.use(digest_of(token), "reset", at=now)
        if link is None or account is None:
            raise UnknownLink
        ended = await self._accounts.set_password(account.id, hashed, keep=None, at=now)
        if ended is None:
            raise UnknownLink
        for session in ended:
            self._access.note("session", session, "password", now)
        self._audit.note("account.password", account.id, origin, how="reset")
        if account.email is not None:
            await self._sign_in.forgive(account.email)
            # It is done, and must be told: not refused because many other messages wait.
            self._mail.send(_password_set(account.email, kept, texts), must=True)

    # --- e-mail ---------------------------------------------------------------------------------

    async def ask_email(self, account: Account, email: str, texts: Texts, origin: Origin) -> None:
        """Sends a link to another address of the same person, whose password and second factor were
        asked for. `account` is as it was read for that: the link holds with that password only.
        Raises TooMany, MailBusy."""
        await self._take("mail", account.id)
        await self._take("mail_change", email)
        taken = await self._is_taken(email)
        wanted = _Readdressed(email, password_at(account))
        token = await self._add("verify_email", account.id, wanted, EMAIL_MS)
        if taken:
            self._mail.send(_already(email, texts))
        else:
            self._mail.send(_confirm_email(email, texts.link("confirm.html", f"{token}&for=email")))

    async def confirm_email(self, account: str, token: str, origin: Origin) -> None:
        """The address is theirs, and the old one is told. Opened by another account, the link
        stays as it was: somebody may have asked for an address that is not theirs, and its owner
        must not give it to them. Raises TooMany, UnknownLink."""
        await self._take("link", origin.address)
        now, digest = self._clock.now_ms(), digest_of(token)
        link = await self._links.peek(digest, "verify_email", at=now)
        if link is None or link.subject != account:
            raise UnknownLink
        link = await self._links.use(digest, "verify_email", at=now)
        if link is None:
            raise UnknownLink
        wanted = self._read(link, _Readdressed)
        before = await self._accounts.account(link.subject)
        if wanted is None or before is None or before.closed_at is not None:
            raise UnknownLink
        if not await self._accounts.set_email(
            link.subject, wanted.email, proved_at=wanted.password_at
        ):
            raise UnknownLink
        self._audit.note("account.email", link.subject, origin)
        if before.email and before.email != wanted.email:
            # It is done, and must be told: not refused because many other messages wait.
            self._mail.send(_email_changed(before.email), must=True)

    # --- links ----------------------------------------------------------------------------------

    async def _add(
        self,
        purpose: Purpose,
        subject: str,
        carried: msgspec.Struct | None,
        life_ms: int,
        by: str | None = None,
    ) -> str:
        token = LINK_PREFIX + secrets.token_urlsafe(32)
        now = self._clock.now_ms()
        payload = None
        if carried is not None:
            payload = self._seals.seal(
                msgspec.json.encode(carried), account=subject, purpose="link"
            )
        await self._links.add(
            Link(digest_of(token), purpose, subject, payload, now, now + life_ms, by)
        )
        return token

    def _read(self, link: Link, carried: type[_Carried]) -> _Carried | None:
        if link.payload is None:
            return None
        try:
            plain = self._seals.open(link.payload, account=link.subject, purpose="link")
        except CannotOpen:
            return None
        try:
            return msgspec.json.decode(plain, type=carried)
        except msgspec.ValidationError:
            return None  # written by an earlier version, which noted less

    async def _is_taken(self, email: str) -> bool:
        """A closed account has no address any more."""
        found = await self._accounts.by_email(email)
        return found is not None and found.closed_at is None

    async def _take(self, limit: str, subject: str) -> None:
        await self._sign_in.take(limit, subject)


def _id_of(link: Link) -> str:
    """By which lists know an invitation: of its digest, which gives nobody the link."""
    return f"si_{link.digest[:9].hex()}"


def _told(link: Link, carried: _Invited) -> SiteInvitation:
    made = (link.by or "", link.created_at, link.expires_at)
    return SiteInvitation(_id_of(link), carried.email, carried.site_role, *made)


# --- what is written: no words that a person chose, which strangers could be fooled with ----------


def _welcome(email: str, link: str) -> Message:
    return Message(
        email,
        "Confirm your Touchline account",
        f"Open this link to choose a password and make your Touchline account:\n\n{link}\n\n"
        "It works once, for 24 hours. If you did not ask for it, ignore this message.\n",
    )


def _already(email: str, texts: Texts) -> Message:
    return Message(
        email,
        "You have a Touchline account already",
        "Somebody, probably you, used this address to sign up at Touchline. It has an account\n"
        f"already. Sign in, or choose another password:\n\n{texts.origin}/sign-in.html\n\n"
        "If it was not you, ignore this message: nothing was changed.\n",
    )


def _invitation(email: str, link: str) -> Message:
    return Message(
        email,
        "You are invited to Touchline",
        f"Open this link to make your account:\n\n{link}\n\nIt works once, for 14 days.\n",
    )


def _reset(email: str, link: str) -> Message:
    return Message(
        email,
        "Choose another Touchline password",
        f"Open this link to choose another password:\n\n{link}\n\n"
        "It works once, for 30 minutes, and signs you out everywhere. If you did not ask for it,\n"
        "ignore this message: your password stays as it is.\n",
    )


def _password_set(email: str, passkeys: Sequence[Passkey], texts: Texts) -> Message:
    listed = "".join(f'  "{one.name}", added on {_day(one.created_at)}\n' for one in passkeys)
    kept = (
        "These passkeys were not touched, and still sign in without the password:\n\n"
        f"{listed}\nRemove those that you do not know:\n\n{texts.origin}/account.html\n\n"
        if passkeys
        else ""
    )
    return Message(
        email,
        "Your Touchline account has another password",
        "Another password was chosen by a link from this mailbox. Your account is signed out\n"
        f"everywhere.\n\n{kept}"
        "If this was not you, somebody else reads this mailbox: choose another password for it,\n"
        "and then for Touchline.\n",
    )


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


def _confirm_email(email: str, link: str) -> Message:
    return Message(
        email,
        "Confirm your e-mail address for Touchline",
        f"Open this link to use this address for your Touchline account:\n\n{link}\n\n"
        "It works once, for 24 hours. If you did not ask for it, ignore this message.\n",
    )


def _email_changed(email: str) -> Message:
    return Message(
        email,
        "Your Touchline account has another e-mail address",
        "Your Touchline account now uses another e-mail address. If this was not you, ask the\n"
        "people who run this server for help at once.\n",
    )
