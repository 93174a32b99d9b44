/**
 * What can be seen on the pitch now and where it is: in the set-up, at the end of the phase that is
 * worked on, or at a moment that plays. Reads the room and what only this page knows; changes nothing.
 */
import { middleOf, PICTURED } from "./marks/bounds.js";
import { carrierNear, isMover, placesAt, thingsOn } from "./phases/moments.js";
import { LAYER_OF, layerLockedBy } from "./rights.js";

export class Standing {
  /** @param {{room: any, ui: any, who: () => any, moment: () => any}} parts */
  constructor({ room, ui, who, moment }) {
    Object.assign(this, { room, ui, who, moment });
  }

  get objects() {
    return this.room.state?.objects ?? {};
  }

  /** What can be seen and selected now, by id. */
  get seen() {
    return thingsOn(this.objects, this.moment().phase);
  }

  /** Where everything that moves is now. */
  places() {
    return placesAt(this.objects, this.moment().ms);
  }

  /** Where an object is now, in the phase that is worked on. */
  placeOf(id, places = this.places()) {
    const record = this.objects[id];
    return isMover(record) ? [Math.round(places[id].x), Math.round(places[id].y)] : record?.props.at;
  }

  /** What can be seen, each thing where it is now. @returns {Record<string, any>} */
  standing() {
    const places = this.places();
    const there = Object.entries(this.seen).map(([id, record]) =>
      isMover(record)
        ? [id, { ...record, props: { ...record.props, at: this.placeOf(id, places) } }]
        : [id, record],
    );
    return Object.fromEntries(there);
  }

  /** The middle of a thing, where it is now. @returns {[number, number] | undefined} */
  middleOf(id, there = this.standing()) {
    const record = there[id] ?? this.objects[id];
    return record && (middleOf(record, (one) => there[one]) ?? undefined);
  }

  /** The thing nearest to a point, within `reach` mm. */
  nearest = (at, reach) => {
    let best = null;
    let least = reach;
    const places = this.places();
    for (const [id, record] of Object.entries(this.seen)) {
      if (!isMover(record)) continue;
      const distance = Math.hypot(places[id].x - at[0], places[id].y - at[1]);
      if (distance < least) [best, least] = [id, distance];
    }
    return best;
  };

  /** What a box or "everything" takes: what lies on the pitch, is shown and is not locked away. */
  selectable() {
    const who = this.who();
    return Object.keys(this.seen).filter((id) => {
      const { sort } = this.objects[id];
      const shown = PICTURED.has(sort) && !this.ui.hidden.has(LAYER_OF[sort]);
      return shown && layerLockedBy(who, sort) === null;
    });
  }

  /** A ball that is laid at somebody's feet is theirs, and one that is taken away is nobody's. */
  possession(id, at) {
    if (this.objects[id]?.sort !== "ball") return {};
    const carrier = carrierNear(this.seen, this.places(), at);
    return carrier === null && this.ui.phase === null && !this.objects[id].props.carrier
      ? {}
      : { carrier };
  }
}
