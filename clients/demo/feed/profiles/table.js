/**
 * What the game page shows for each profile of a feed (SPEC PF10): its score, its ground, what
 * happened, and the words for them. Football's are the page's own.
 */
import { gameChanceView } from "../chance_view.js";
import { fieldView } from "../field_view.js";
import { playsView } from "../plays_view.js";
import { scoreBug } from "../top_view.js";
import { entryWords, gameWords, scoreWords } from "../words.js";
import { boardView, genericEntryWords, genericItems, genericScoreWords, genericWhen } from "./generic.js";
import { eventsView } from "./match_events.js";
import { matchEntryWords, matchScoreWords, matchWhen } from "./match_reading.js";
import { matchBug, matchPitch } from "./match_view.js";

/** Of a part of a game no field is drawn, and no chance follows. */
const field = (model) => (model.state.partial ? null : [fieldView(model), gameChanceView(model)]);

const PROFILES = {
  football: { bug: scoreBug, ground: field, happened: playsView, scoreWords, gameWords, entryWords },
  soccer: {
    ...{ bug: matchBug, ground: matchPitch, happened: eventsView },
    ...{ scoreWords: matchScoreWords, gameWords: matchWhen, entryWords: matchEntryWords },
  },
  generic: {
    ...{ bug: boardView, ground: () => null, happened: genericItems },
    ...{ scoreWords: genericScoreWords, gameWords: genericWhen, entryWords: genericEntryWords },
  },
};

/** @param {{settings: {profile?: string}}} state */
export function profileOf({ settings }) {
  return PROFILES[settings.profile ?? "football"];
}
