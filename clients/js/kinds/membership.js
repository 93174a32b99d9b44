/**
 * What every room has, whatever its kind: name, members, roles, invitations, chat. Mirrors
 * server/rules/membership.py; applies its events to the view and predicts its commands (SPEC:
 * MB).
 *
 * @typedef {'owner' | 'editor' | 'annotator' | 'viewer'} Role
 * @typedef {{v: number, at: number, by: string, text: string, pending?: boolean}} ChatLine
 * @typedef {{id: string, role: Role | 'watch', expires?: number | null, uses?: number | null,
 *   by: string}} Invitation `watch` lets nobody in
 *
 * @typedef {{name: string, role: Role, team?: true}} Member `team`: has place or role by the team
 *
 * @typedef {object} Membership
 * @property {string} name
 * @property {boolean} read_only
 * @property {Record<string, Member>} members
 * @property {Record<string, string>} names of everybody who was ever a member
 * @property {Invitation[]} invitations
 * @property {ChatLine[]} chat
 * @property {Record<string, number | null>} [muted] until when, in ms; null: until it is lifted
 *
 * @typedef {import('../types.js').Stamp} Stamp
 * @typedef {import('../types.js').Me} Me
 */

/** Lines of chat that the view keeps. */
const CHAT_MAX = 200;

/** Of what is guessed nobody asks when and by whom. @type {any} */
const NOBODY = {};

/** @type {Record<string, (membership: Membership, event: any, stamp: Stamp) => Membership>} */
const EVENTS = {
  'room.opened': (membership, { name, owner, owner_name }) => ({
    ...membership,
    name,
    members: { ...membership.members, [owner]: { name: owner_name, role: 'owner' } },
    names: { ...membership.names, [owner]: owner_name },
  }),
  'room.renamed': (membership, { name }) => ({ ...membership, name }),
  'room.read_only_set': (membership, { on }) => ({ ...membership, read_only: on }),
  'member.joined': joined,
  'member.renamed': (membership, { member, name }) => ({
    ...membership,
    members: changed(membership.members, member, { name }),
    names: { ...membership.names, [member]: name },
  }),
  'member.role_set': (membership, { member, role }) => ({
    ...membership,
    members: changed(membership.members, member, { role }),
  }),
  'member.removed': without,
  'member.left_team': (membership, event) => {
    const { member, role } = event;
    const { [member]: before } = membership.members;
    if (before === undefined || role === undefined) return without(membership, event);
    const { team: _, ...still } = before;
    return { ...membership, members: { ...membership.members, [member]: { ...still, role } } };
  },
  'invitation.created': (membership, { id, role, expires = null, uses = null }, { by }) => ({
    ...membership,
    invitations: [...membership.invitations, { id, role, expires, uses, by }],
  }),
  'invitation.revoked': (membership, { id }) => ({
    ...membership,
    invitations: membership.invitations.filter((invitation) => invitation.id !== id),
  }),
  'chat.said': (membership, { text }, { version, at, by }) => ({
    ...membership,
    chat: [...membership.chat, { v: version, at, by, text }].slice(-CHAT_MAX),
  }),
  'chat.removed': (membership, event) => ({
    ...membership,
    chat: membership.chat.filter(({ v }) => v !== event.v),
  }),
  'chat.muted': (membership, { member, until = null }) => ({
    ...membership,
    muted: { ...membership.muted, [member]: until },
  }),
  'chat.unmuted': ({ muted, ...membership }, { member }) => {
    const { [member]: _, ...left } = muted ?? {};
    return Object.keys(left).length ? { ...membership, muted: left } : membership;
  },
};

/**
 * What owners change is guessed as its event will have it: both have the same fields.
 * @type {Record<string, (membership: Membership, command: any, me: Me) => Membership>}
 */
const PREDICTIONS = {
  'room.rename': owners('room.renamed'),
  'room.read_only': owners('room.read_only_set'),
  'member.role': owners('member.role_set'),
  'chat.say': (membership, { text }, { account }) => ({
    ...membership,
    chat: [...membership.chat, { v: 0, at: 0, by: account, text, pending: true }].slice(-CHAT_MAX),
  }),
};

/** @param {{type: string}} event */
export function isMembershipEvent(event) {
  return Object.hasOwn(EVENTS, event.type);
}

/**
 * Of what every kind of room knows. What is not predicted shows when it has happened.
 * @param {{type: string}} command
 */
export function isMembershipCommand({ type }) {
  return /^(room|member|invitation|chat)\./u.test(type);
}

/**
 * @param {Membership} membership
 * @param {{type: string}} event
 * @param {Stamp} stamp
 * @returns {Membership}
 */
export function applyMembershipEvent(membership, event, stamp) {
  const apply = EVENTS[event.type];
  if (apply === undefined) throw new TypeError(`unknown event ${event.type}`);
  return apply(membership, event, stamp);
}

/**
 * @param {Membership} membership
 * @param {{type: string}} command
 * @param {Me} me
 * @returns {Membership}
 */
export function predictMembership(membership, command, me) {
  return PREDICTIONS[command.type]?.(membership, command, me) ?? membership;
}

/**
 * @param {Membership} membership
 * @param {{member: string, name: string, role: Role, invitation?: string | null, team?: boolean}}
 *   event
 * @returns {Membership}
 */
function joined(membership, { member, name, role, invitation = null, team = false }) {
  /** @type {Member} */
  const now = { name, role };
  if (team || membership.members[member]?.team) now.team = true;
  return {
    ...membership,
    members: { ...membership.members, [member]: now },
    names: { ...membership.names, [member]: name },
    invitations: membership.invitations.map((one) =>
      one.id === invitation && one.uses != null ? { ...one, uses: one.uses - 1 } : one,
    ),
  };
}

/**
 * @param {Membership} membership
 * @param {{member: string}} event
 * @returns {Membership}
 */
function without(membership, { member }) {
  const { [member]: _, ...members } = membership.members;
  return { ...membership, members };
}

/**
 * @param {Membership['members']} members
 * @param {string} account
 * @param {Partial<{name: string, role: Role}>} change
 * @returns {Membership['members']}
 */
function changed(members, account, change) {
  const member = members[account];
  return member === undefined ? members : { ...members, [account]: { ...member, ...change } };
}

/**
 * What only owners may do is not shown to others as done.
 * @param {string} event
 * @returns {(membership: Membership, command: any, me: Me) => Membership}
 */
function owners(event) {
  return (membership, command, me) =>
    me.role === 'owner'
      ? applyMembershipEvent(membership, { ...command, type: event }, NOBODY)
      : membership;
}
