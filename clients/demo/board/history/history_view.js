/** The drawer of the past: going through time above, under it the timeline, or two versions compared. Pure. */
import { recentBoards } from "../../parts/recent.js";
import { timelineView } from "../timeline_drawer.js";
import { compareView } from "./compare_view.js";
import { namedVersions, originLine } from "./named_versions.js";
import { timeCard } from "./time_card.js";

/** @param {import("../view.js").PageModel & {machine: any}} model */
export function historyView({ room, ui, who, names, history, machine, work }, act) {
  const { past, history: doing } = ui;
  const { names: named, settings } = room.state;
  const last = room.version;
  const shown = past?.version ?? null;
  const card = {
    ...{ past, form: doing.form, last, names, find: work.find, who, boardName: room.name },
    entry: past ? history.entry(past.version) : null,
    called: named[shown ?? last]?.name ?? "",
  };
  const picture = (version) => machine.picture(version);
  return timelineView(
    {
      ...{ history, names, find: work.find, shown, me: who.me },
      above: doing.compare
        ? null
        : [
            originLine(settings.origin, settings.origin ? recentBoards() : []),
            timeCard(card, act),
            namedVersions({ named, names, shown, picture }, act),
          ],
      instead: doing.compare
        ? compareView({ compare: doing.compare, last, named, names, who }, act)
        : null,
    },
    act,
  );
}
