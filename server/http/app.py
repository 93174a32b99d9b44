"""Puts the HTTP side together: operations, their document, pages, and the gate in front of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from server.http import (
    account,
    admin,
    admin_site,
    api_keys,
    asking,
    documents,
    draft_hooks,
    draft_players,
    drafts,
    feed_boards,
    feed_plays,
    feeds,
    guests,
    health,
    invitations,
    leagues,
    libraries,
    library_items,
    library_use,
    meets,
    operator,
    passkeys,
    past,
    plays,
    programs,
    refusals,
    rooms,
    second_factor,
    sign_in,
    site_invitations,
    team_invitations,
    teams,
    tickets,
    transfer,
    watching,
)
from server.http.authentication import authorise
from server.http.bodies import StrictRequest
from server.http.documentation import document
from server.http.feeds import Publishing
from server.http.gate import Gate
from server.http.pages import Page, load_pages, make_page
from server.http.play_process import PlayReader
from server.http.services import Services
from server.http.timing import StaffSeen
from server.rooms.directory import InvalidRoom, RoomFull, RoomUnreadable
from storage.errors import StorageError

EXPLORER = Path(__file__).with_name("explorer")

OPERATIONS: list[HTTPRouteHandler] = [
    guests.become_guest,
    guests.renew,
    guests.me,
    sign_in.sign_up,
    sign_in.confirm_sign_up,
    sign_in.log_in,
    sign_in.second_factor,
    sign_in.refresh,
    sign_in.log_out,
    sign_in.request_reset,
    sign_in.reset_password,
    sign_in.confirm_email,
    account.show_account,
    account.change_account,
    account.change_password,
    account.change_email,
    second_factor.begin_totp,
    second_factor.confirm_totp,
    second_factor.disable_totp,
    second_factor.new_recovery_codes,
    passkeys.list_passkeys,
    passkeys.begin_passkey,
    passkeys.finish_passkey,
    passkeys.remove_passkey,
    passkeys.begin_passkey_sign_in,
    passkeys.finish_passkey_sign_in,
    account.list_sessions,
    account.end_session,
    account.end_sessions,
    account.list_activity,
    account.export_account,
    account.delete_account,
    teams.create_team,
    teams.list_teams,
    teams.read_team,
    teams.rename_team,
    teams.delete_team,
    teams.set_team_role,
    teams.remove_member,
    teams.leave_team,
    teams.transfer_team,
    team_invitations.list_invitations,
    team_invitations.invite,
    team_invitations.revoke_invitation,
    team_invitations.show_invitation,
    team_invitations.join_team,
    teams.list_rooms,
    teams.set_room_team,
    api_keys.create_key,
    api_keys.list_keys,
    api_keys.list_team_keys,
    api_keys.rotate_key,
    api_keys.revoke_key,
    programs.run_command,
    tickets.mint_ticket,
    admin_site.overview,
    admin.list_users,
    admin.show_user,
    admin.end_user_sessions,
    admin.set_site_role,
    admin.close_user,
    admin.reset_user,
    admin.remove_totp,
    site_invitations.list_invitations,
    site_invitations.invite,
    site_invitations.revoke_invitation,
    admin.list_teams,
    admin.show_team,
    admin.list_sessions,
    admin.end_session,
    admin_site.list_keys,
    admin_site.revoke_key,
    admin_site.list_blocks,
    admin_site.block,
    admin_site.lift_block,
    admin_site.show_limits,
    admin_site.show_limit,
    admin_site.reset_limit,
    admin_site.read_audit,
    admin_site.list_actions,
    admin_site.export_audit,
    admin_site.clean_up,
    libraries.list_libraries,
    libraries.set_public,
    library_items.list_items,
    library_items.create_item,
    library_items.read_item,
    library_items.update_item,
    library_items.delete_item,
    library_items.list_versions,
    library_items.restore_item,
    library_items.rename_folder,
    library_use.copy_item,
    library_use.share_item,
    library_use.open_item,
    feeds.publish,
    watching.watch_feed,
    meets.read_meet_file,
    meets.read_leaderboards,
    asking.ask,
    drafts.import_draft,
    drafts.read_results,
    drafts.read_recap,
    drafts.import_pool,
    drafts.import_rankings,
    draft_players.search_pool,
    draft_hooks.create_hook,
    draft_hooks.list_hooks,
    draft_hooks.try_hook,
    draft_hooks.turn_hook_on,
    draft_hooks.delete_hook,
    leagues.read_week,
    leagues.read_matchup,
    leagues.read_trail,
    leagues.read_chances,
    leagues.settle_week,
    leagues.take_rosters,
    rooms.create_room,
    rooms.list_rooms,
    transfer.import_room,
    documents.import_document,
    documents.read_document_of,
    documents.show_shared,
    plays.look_at_play,
    plays.import_play,
    feed_boards.board_of_moment,
    feed_plays.read_plays,
    rooms.read_room,
    rooms.read_history,
    rooms.restore_version,
    past.read_difference,
    past.fork_room,
    transfer.export_room,
    invitations.list_invitations,
    invitations.create_invitation,
    invitations.revoke_invitation,
    invitations.rotate_invitation,
    operator.list_rooms,
    operator.create_room,
    operator.import_room,
    operator.import_draft,
    operator.show_room,
    operator.read_history,
    operator.export_room,
    operator.restore_version,
    operator.prune_room,
    feeds.open_feed,
    feeds.report,
    meets.open_meet,
    meets.meet_command,
    asking.operator_ask,
    asking.index,
    leagues.run,
    leagues.operator_week,
    leagues.operator_settle,
    leagues.operator_rosters,
    health.live,
    health.ready,
    health.status,
    health.health,
    health.metrics,
    health.config,
]


def create_api() -> Litestar:
    """The operations and how they refuse, for services to come. Takes a quarter of a second."""
    return Litestar(
        OPERATIONS,
        request_class=StrictRequest,
        guards=[authorise],
        exception_handlers={
            HTTPException: refusals.answer_litestar,
            refusals.Turned: refusals.answer_turned,
            RoomUnreadable: refusals.answer_unreadable,
            RoomFull: refusals.answer_full,
            InvalidRoom: refusals.answer_invalid_room,
            StorageError: refusals.answer_storage,
            Exception: refusals.answer_bug,
        },
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # the gate has limited it already
        debug=False,
    )


def create_app(services: Services, api: Litestar | None = None) -> Gate:
    """The ASGI application. Reads the pages; asks the machine for its addresses unless they are
    given. An `api` that nobody else uses any more may be used again."""
    api = api or create_api()
    api.state = State(
        {
            "services": services,
            "health": health.Health(services),
            "staff": StaffSeen(),
            "plays": PlayReader(),
            "publishing": Publishing(),
            "pools": draft_players.PreparedPools(),
        }
    )
    return Gate(api, services, {**load_pages(services.pages), **explorer_pages(services.version)})


@cache
def explorer_pages(version: str) -> dict[str, Page]:
    """The OpenAPI document and the page that explores it, without the internet."""
    described: dict[str, Any] = document(OPERATIONS, version)
    html = make_page((EXPLORER / "index.html").read_bytes(), ".html")
    return {
        "/openapi.json": make_page(msgspec.json.encode(described), ".json"),
        "/openapi": html,
        "/openapi/": html,
        "/openapi/explorer.js": make_page((EXPLORER / "explorer.js").read_bytes(), ".js"),
        "/openapi/explorer.css": make_page((EXPLORER / "explorer.css").read_bytes(), ".css"),
    }
