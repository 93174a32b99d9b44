/**
 * One connection at a time to the server, made again for as long as it is wanted: hello, welcome,
 * heartbeat, fresh tokens, and after each end the verdict of its close code (SPEC CL9, CL10, CL12).
 * Knows nothing of rooms or commands.
 *
 * @typedef {import('./clock.js').Clock} Clock
 * @typedef {'idle' | 'connecting' | 'open' | 'waiting' | 'stopped'} Phase
 * @typedef {{code: number, reason: string, why: 'stop' | 'outdated' | 'signed-out'}} End
 *
 * @typedef {object} Owner what the connection tells, and asks
 * @property {() => object} hello the fields of `hello` beside the token
 * @property {(welcome: any) => void} welcome
 * @property {(message: any) => void} message every other message but `pong`
 * @property {() => void} lost whatever was under way has no answer now
 * @property {() => void} changed `phase`, `retryAt` or `end` is another
 *
 * @typedef {object} Settings
 * @property {() => Promise<string | string[]>} address the servers', the one to try first in front
 * @property {(circumstance: {refused: boolean}) => Promise<string>} token
 * @property {import('./codec_json.js').Codec} codec
 * @property {Clock} clock
 * @property {new (url: string, protocols: string[]) => WebSocket} WebSocket
 */
import { Backoff } from './backoff.js';
import { reportError } from './emitter.js';
import { Heartbeat } from './heartbeat.js';
import {
  AHEAD_MS,
  CONNECT_TIMEOUT_MS,
  DEFAULT_LIMITS,
  FLOOD_PAUSE_MS,
  RESTART_SPREAD_MS,
  STABLE_AFTER_MS,
  TIME_AGAIN_MS,
  TIME_GOOD_MS,
} from './limits.js';
import { verdictOn } from './reconnect.js';
import { ServerTime } from './server_time.js';
import { TokenKeeper } from './token_keeper.js';

/** What browsers report when a connection ends without a goodbye. */
const ABNORMAL = 1006;
const UNAUTHORIZED = 3000;

export class Connection {
  /**
   * @param {Settings} settings
   * @param {Owner} owner
   */
  constructor(settings, owner) {
    this.settings = settings;
    this.owner = owner;
    this.clock = settings.clock;
    /** @type {Phase} */
    this.phase = 'idle';
    /** Number of the present socket: what an earlier one still says is not heard. */
    this.epoch = 0;
    /** @type {number | null} wall time of the next attempt */
    this.retryAt = null;
    /** @type {End | null} */
    this.end = null;
    /** Whether the server has said that it restarts. */
    this.moving = false;
    /** @type {import('./types.js').Limits} */
    this.limits = DEFAULT_LIMITS;
    this.time = new ServerTime(this.clock);
    this.heartbeat = new Heartbeat(this.clock, {
      ping: (n) => this.send({ type: 'ping', n }),
      pong: (serverNow, asked) => this.time.sample(serverNow, asked),
      dead: () => this.#lose(ABNORMAL, 'the server is silent'),
    });
    this.keeper = new TokenKeeper(this.clock, this.time, {
      token: () => settings.token({ refused: false }),
      renew: (token) => this.send({ type: 'auth', token }),
    });
    this.backoff = new Backoff(this.clock.random);
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {(() => void)[]} timers of the present phase */
    this.timers = [];
    this.refused = false;
    this.usedOnce = false;
    /** @type {{when: number, where: string | null} | null} slot given by a draining server */
    this.slot = null;
    /** @type {WebSocket | null} to the server that takes over, opened ahead */
    this.next = null;
    /** Attempts since a server took us: each goes to the next address. */
    this.tries = 0;
  }

  /** Connects if it is not connected or on its way; what ended for good is tried once more. */
  start() {
    if (this.phase === 'open' || this.phase === 'connecting') return;
    if (this.phase === 'stopped') {
      this.refused = false;
      this.usedOnce = false;
    }
    void this.#attempt();
  }

  /** A person or the browser says that it may work now. */
  retryNow() {
    if (this.phase === 'open') this.heartbeat.probe();
    else if (this.phase !== 'idle') this.start();
  }

  /** Ends the connection; `start` begins again. */
  stop() {
    this.#drop(1000);
    this.#enter('idle');
  }

  /**
   * What came cannot be right; the next connection starts from what we know for certain.
   * @param {string} reason
   */
  restart(reason) {
    this.#lose(ABNORMAL, reason);
  }

  /**
   * @param {object} message
   * @returns {boolean} whether it went out; it may be lost all the same
   */
  send(message) {
    if (this.phase !== 'open' || this.socket === null) return false;
    this.socket.send(this.settings.codec.encode(message));
    return true;
  }

  async #attempt() {
    this.#drop(1000);
    const epoch = this.epoch;
    this.#enter('connecting');
    this.#timer(CONNECT_TIMEOUT_MS, () => this.#lose(ABNORMAL, 'no answer'));
    const where = this.slot?.where ?? null;
    this.slot = null;
    try {
      const [url, token] = await this.#whereAndWho(where);
      if (epoch !== this.epoch) return;
      if (token === '') this.#stop({ code: UNAUTHORIZED, reason: 'no token', why: 'signed-out' });
      else {
        const socket = this.#socketTo(url);
        socket.onopen = this.#take(socket, token);
      }
    } catch (error) {
      if (epoch === this.epoch) this.#lose(ABNORMAL, String(error));
    }
  }

  /**
   * @param {string | null} where the server that was named
   * @returns {Promise<[string, string]>} address and token
   */
  async #whereAndWho(where) {
    const [addresses, token] = await Promise.all([
      this.settings.address(),
      this.settings.token({ refused: this.refused }),
    ]);
    const known = [addresses].flat();
    return [movedTo(where, known[this.tries++ % known.length] ?? ''), token];
  }

  /** @param {string} url */
  #socketTo(url) {
    const { codec, WebSocket } = this.settings;
    const socket = new WebSocket(url, [codec.subprotocol]);
    socket.binaryType = 'arraybuffer';
    return socket;
  }

  /**
   * From now on this is the socket.
   * @param {WebSocket} socket
   * @param {string} token
   * @returns {() => void} greets, once it is open
   */
  #take(socket, token) {
    const epoch = this.epoch;
    this.socket = socket;
    let asked = 0;
    socket.onmessage = ({ data }) => {
      if (epoch === this.epoch) this.#receive(data, asked);
    };
    socket.onclose = ({ code, reason }) => {
      if (epoch === this.epoch) this.#lose(code, reason);
    };
    return () => {
      if (epoch !== this.epoch) return;
      asked = this.clock.monotonic();
      socket.send(this.settings.codec.encode({ type: 'hello', token, ...this.owner.hello() }));
    };
  }

  /**
   * Is at the named server before the present one closes. What does not come about is left: when
   * this one closes, the client goes there as after any other end.
   */
  async #goAhead() {
    const epoch = this.epoch;
    try {
      const [url, token] = await this.#whereAndWho(this.slot?.where ?? null);
      if (epoch !== this.epoch || token === '') return;
      const socket = (this.next = this.#socketTo(url));
      socket.onopen = () => {
        if (epoch !== this.epoch) return;
        this.next = null;
        this.slot = null;
        this.#drop(1000);
        this.#enter('connecting');
        this.owner.lost();
        this.#timer(CONNECT_TIMEOUT_MS, () => this.#lose(ABNORMAL, 'no answer'));
        this.#take(socket, token)();
      };
    } catch {
      // as above
    }
  }

  /**
   * @param {unknown} data
   * @param {number} asked
   */
  #receive(data, asked) {
    try {
      const message = this.settings.codec.decode(data);
      this.heartbeat.heard();
      if (message.type === 'welcome') this.#welcome(message, asked);
      else if (message.type === 'pong') this.heartbeat.pong(message.n, message.server_now);
      else {
        if (message.type === 'notice' && message.code === 'restarting') this.#restarting(message);
        this.owner.message(message);
      }
    } catch (error) {
      // A message that cannot be read, or a bug of ours: nobody is left with half of it, we start
      // from what we have.
      reportError(error);
      this.#lose(ABNORMAL, String(error));
    }
  }

  /**
   * @param {any} welcome
   * @param {number} asked
   */
  #welcome(welcome, asked) {
    this.#clearTimers();
    this.time.sample(welcome.server_now, asked);
    this.limits = { ...DEFAULT_LIMITS, ...welcome.limits };
    this.moving = false;
    this.tries = 0;
    this.heartbeat.start(this.limits.heartbeat_s * 500);
    for (const ms of TIME_AGAIN_MS)
      this.#timer(ms, () => {
        if (this.time.roundTrip > TIME_GOOD_MS) this.heartbeat.ask();
      });
    this.keeper.start(welcome.expires);
    this.#timer(STABLE_AFTER_MS, () => {
      this.backoff.reset();
      this.usedOnce = false;
      this.refused = false;
    });
    this.#enter('open');
    this.owner.welcome(welcome);
  }

  /** @param {{when?: number, where?: string | null}} notice */
  #restarting({ when, where }) {
    this.moving = true;
    this.slot = when === undefined ? null : { when, where: where ?? null };
    if (this.slot?.where) this.#timer(this.time.until(this.slot.when) - AHEAD_MS, () => void this.#goAhead());
    this.owner.changed();
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #lose(code, reason) {
    this.#drop(4000);
    const verdict = verdictOn(code);
    if (verdict === 'stop') this.#stop({ code, reason, why: 'stop' });
    else if (verdict === 'outdated') this.#stop({ code, reason, why: 'outdated' });
    else if (verdict === 'refresh') {
      if (this.refused) this.#stop({ code, reason, why: 'signed-out' });
      else {
        this.refused = true;
        void this.#attempt();
      }
    } else if (verdict === 'once' && this.usedOnce) this.#stop({ code, reason, why: 'stop' });
    else {
      this.usedOnce ||= verdict === 'once';
      this.#wait(this.#pause(verdict));
    }
    this.owner.lost();
  }

  /**
   * @param {import('./reconnect.js').Verdict} verdict
   * @returns {number} ms
   */
  #pause(verdict) {
    if (verdict === 'flood') return FLOOD_PAUSE_MS + this.backoff.next();
    if (this.slot !== null) return Math.max(0, this.time.until(this.slot.when));
    if (verdict === 'restart') return Math.round(this.clock.random() * RESTART_SPREAD_MS);
    return this.backoff.next();
  }

  /** @param {number} ms */
  #wait(ms) {
    this.retryAt = this.clock.now() + ms;
    this.#timer(ms, () => void this.#attempt());
    this.#enter('waiting');
  }

  /** @param {End} end */
  #stop(end) {
    this.#drop(1000);
    this.end = end;
    this.#enter('stopped');
  }

  /**
   * Lets go of the present socket, whatever its state. Its last words are not heard any more.
   * @param {number} code
   */
  #drop(code) {
    this.epoch += 1;
    this.#clearTimers();
    this.heartbeat.stop();
    this.keeper.stop();
    for (const socket of [this.socket, this.next]) {
      if (socket === null) continue;
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(code);
    }
    this.socket = this.next = null;
  }

  /** @param {Phase} phase */
  #enter(phase) {
    this.phase = phase;
    if (phase !== 'waiting') this.retryAt = null;
    if (phase !== 'stopped') this.end = null;
    if (phase === 'idle' || phase === 'stopped') this.moving = false;
    this.owner.changed();
  }

  /**
   * @param {number} ms
   * @param {() => void} act
   */
  #timer(ms, act) {
    this.timers.push(this.clock.after(ms, act));
  }

  #clearTimers() {
    for (const cancel of this.timers.splice(0)) cancel();
  }
}

/**
 * The address that a draining server named, if it is one and not less private than what we had.
 * @param {string | null} where
 * @param {string} url
 */
function movedTo(where, url) {
  if (where === null) return url;
  return where.startsWith('wss://') || (where.startsWith('ws://') && url.startsWith('ws://'))
    ? where
    : url;
}
