/**
 * Browsers' worth of viewers of a board that plays for all: the shipped client (clients/js), its
 * clock and its timeline, each on a clock of its own that is set wrong and runs wrong, and on a road
 * of its own. Run by loadtest/viewers.py.
 *
 * Input: one line `{url, room, everyMs, viewers: [{token, invite, base, rate, up, down, jitter}]}`,
 * then `begin`, then `end`. Output: `live` once all follow the room, `begun`, and at the end one
 * line: for each viewer `{joining, playing, sent, samples: [[true ms, shown ms], …]}` in bytes of
 * messages and ms. True time is the machine's monotonic clock, which all processes share.
 *
 * @typedef {object} Wanted
 * @property {string} token
 * @property {string} invite
 * @property {number} base ms that its clocks are off
 * @property {number} rate of its clocks: 1 runs true
 * @property {number} up ms from it to the server, before jitter
 * @property {number} down ms from the server to it, before jitter
 * @property {number} jitter ms, on average
 */
import { createInterface } from 'node:readline';
import { board } from '../clients/js/kinds/board.js';
import { momentOf, timelineOf } from '../clients/js/kinds/board_timeline.js';
import { MemoryStorage } from '../clients/js/storage_memory.js';
import { Touchline } from '../clients/js/touchline.js';

const JITTER_MAX = 5;

function trueNow() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** @param {string | ArrayBuffer} data */
function weight(data) {
  return typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
}

class Viewer {
  /** @param {Wanted} wanted @param {{url: string, room: string}} where */
  constructor(wanted, { url, room }) {
    this.wanted = wanted;
    this.received = 0;
    this.sent = 0;
    this.joining = 0;
    /** @type {[number, number][]} */
    this.samples = [];
    this.duration = 0;
    this.touchline = new Touchline({
      url,
      token: async () => wanted.token,
      storage: new MemoryStorage(),
      agent: 'viewers',
      clock: this.#clock(),
      WebSocket: this.#road(),
    });
    this.room = this.touchline.join(room, { model: board, invite: wanted.invite });
  }

  /** Set wrong, and runs wrong; timers run true enough. */
  #clock() {
    const { base, rate } = this.wanted;
    return {
      now: () => Date.now() * rate + base,
      monotonic: () => trueNow() * rate + base,
      after: (ms, act) => {
        const timer = setTimeout(act, ms);
        return () => clearTimeout(timer);
      },
      random: () => Math.random(),
    };
  }

  /** A WebSocket on which everything takes its time, in order, and is weighed. */
  #road() {
    const viewer = this;
    const { up, down, jitter } = this.wanted;
    const due = { up: 0, down: 0 };
    const slow = up + down + jitter > 0;
    const late = (way, ms, act) => {
      if (!slow) return act();
      const more = Math.min(-Math.log(1 - Math.random()), JITTER_MAX) * jitter;
      due[way] = Math.max(due[way], trueNow() + ms + more);
      setTimeout(act, due[way] - trueNow());
    };
    return class extends WebSocket {
      send(data) {
        viewer.sent += weight(data);
        late('up', up, () => {
          if (this.readyState === WebSocket.OPEN) super.send(data);
        });
      }
      set onmessage(heard) {
        this.addEventListener('message', (event) => {
          viewer.received += weight(event.data);
          late('down', down, () => heard(event));
        });
      }
    };
  }

  get live() {
    return this.room.phase === 'live';
  }

  begin() {
    this.joining = this.received;
    this.received = 0;
    this.sent = 0;
    this.duration = timelineOf(this.room.state.objects).duration;
  }

  /** What a page would draw now, as clients/demo/board/phases/moments.js asks for it. */
  look() {
    const { playback } = this.room.state;
    if (!playback?.playing) return;
    const now = this.touchline.serverNow();
    const at = trueNow();
    const moment = momentOf(playback, now, this.duration);
    if (now > playback.since && moment < this.duration) this.samples.push([at, moment]);
  }

  told() {
    const { joining, received: playing, sent, samples } = this;
    return { joining, playing, sent, samples };
  }
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { viewers: wanted, everyMs, ...where } = JSON.parse((await lines.next()).value);
const viewers = wanted.map((/** @type {Wanted} */ one) => new Viewer(one, where));
await new Promise((resolve) => {
  const timer = setInterval(() => {
    if (!viewers.every((viewer) => viewer.live)) return;
    clearInterval(timer);
    resolve(undefined);
  }, 20);
});
console.log('live');
await lines.next();
for (const viewer of viewers) viewer.begin();
const looking = setInterval(() => {
  for (const viewer of viewers) viewer.look();
}, everyMs);
console.log('begun');
await lines.next();
clearInterval(looking);
console.log(JSON.stringify(viewers.map((viewer) => viewer.told())));
await Promise.all(viewers.map((viewer) => viewer.touchline.close()));
