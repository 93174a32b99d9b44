/**
 * Shapes that several modules share. Types only.
 *
 * @typedef {object} Limits
 * @property {number} rate_per_s
 * @property {number} burst
 * @property {number} in_flight_max
 * @property {number} message_bytes_max
 * @property {number} presence_rate_per_s
 * @property {number} presence_bytes_max
 * @property {number} heartbeat_s
 *
 * @typedef {[generation: string, version: number, tag: string]} Position
 *
 * @typedef {{v: number, at: number, by: string, events?: any[], refused?: string, gone?: number[]}} Entry
 * @typedef {{version: number, at: number, by: string, own: boolean}} Stamp
 * @typedef {{account: string, name: string, role: string}} Me
 *
 * @typedef {object} Model
 * @property {string} kind
 * @property {(view: any) => any} initial
 * @property {(state: any, event: any, stamp: Stamp) => any} applyEvent
 * @property {(state: any, command: any, me: Me) => any} predict
 * @property {(state: any, message: {version: number, state?: any, events?: any[]}) => any}
 *   [applyPrivate] of kinds that hide things
 * @property {(state: any) => any} [entered] of kinds whose connections are told something
 * @property {(state: any, ids: number[]) => any} [gone] of kinds with filters: what is not wanted
 *   any more
 * @property {(event: any) => any[]} [overrode]
 * @property {number} [shape] changed whenever states of an earlier version of the model cannot be
 *   read any more
 *
 * @typedef {object} Unsaved what a person did and the room does not hold, until they decide
 * @property {string} id
 * @property {'rejected' | 'conflict' | 'expired'} reason
 * @property {string} code
 * @property {any} detail
 * @property {any} command
 * @property {any} local
 * @property {number} at
 *
 * @typedef {object} Pending
 * @property {string} id
 * @property {number} seq 0 until the outbox has a client id
 * @property {string} room
 * @property {[generation: string, version: number] | null} made null: before the room was ever seen
 * @property {any} command
 * @property {any} local
 * @property {boolean} keep whether a rejection is kept for the person
 * @property {number} at wall time of submit, ms
 * @property {boolean} sent whether the server may have seen it: written down before it is so
 * @property {number} carrier number of the connection that carries it and owes an answer; 0: none
 * @property {number} holdUntil monotonic time before which it is not sent again, after a "not
 *   executed"; 0: not held
 * @property {number} accepted the version, once durable
 * @property {((answer: Answer) => void) | null} settle
 *
 * @typedef {{accepted: true, version: number} |
 *   {accepted: false, code: string, detail: any, command: any}} Answer
 */
export {};
