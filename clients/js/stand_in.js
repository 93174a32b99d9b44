/**
 * Follows a room that no page has open, only to have what an outbox holds for it answered. What the
 * room says is not kept (SPEC CL2, CL6).
 *
 * @typedef {import('./types.js').Pending} Pending
 */

/**
 * @param {string} id
 * @param {import('./session.js').Session} session
 * @param {object} owner
 * @param {(id: string) => import('./room.js').Room | undefined} owner.room the one that a page shows
 *   meanwhile, by another connection
 * @param {() => void} owner.drained nothing of this room is left in the outbox
 * @returns {import('./session.js').Follower}
 */
export function standIn(id, session, { room, drained }) {
  const lookWhetherDrained = () => {
    if (session.outbox.of(id).length === 0) drained();
  };
  /** @param {Pending[]} done */
  const accepted = (done) => {
    room(id)?.follower.accepted(done);
    lookWhetherDrained();
  };
  return {
    id,
    invite: undefined,
    get position() {
      return room(id)?.position ?? null;
    },
    asked: () => undefined,
    live: (_messages, _joined, done) => accepted(done),
    message: () => undefined,
    accepted,
    ended: (pending, unsaved) => {
      room(id)?.follower.ended(pending, unsaved);
      lookWhetherDrained();
    },
    refused: (code) => {
      if (code === 'failed') return;
      for (const pending of session.outbox.of(id)) {
        session.dispatcher.end(pending, code, pending.sent ? { unknown: true } : null);
      }
      void session.dispatcher.pump();
    },
    lost: () => undefined,
  };
}
