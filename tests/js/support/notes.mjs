/**
 * The smallest kind of room: a list of notes. Its own pending ones are marked, so that tests see
 * guesses.
 */

export const notes = {
  kind: 'notes',
  initial: (view) => ({ notes: [...view.notes] }),
  applyEvent: (state, event, { by }) => {
    if (event.type !== 'noted') throw new TypeError(`unknown event ${event.type}`);
    return { notes: [...state.notes, { text: event.text, by }] };
  },
  predict: (state, command, me) =>
    command.type === 'note'
      ? { notes: [...state.notes, { text: command.text, by: me.account, pending: true }] }
      : state,
  overrode: (event) => event.overrode ?? [],
};

export function note(text) {
  return { type: 'note', text };
}

export function noted(text, more = {}) {
  return { type: 'noted', text, ...more };
}

/** The notes as a page would show them, pending ones in brackets. */
export function shown(room) {
  return room.state === null
    ? null
    : room.state.notes.map(({ text, pending }) => (pending ? `(${text})` : text)).join(' ');
}
