/** What a person can do: change what is asked and how it is shown, go on, pass it on. */
import { copyText } from "../parts/clipboard.js";
import { CONDITION_OF } from "./words.js";
import { emptyQuestion, toggled, withGroups, withRange, withValues } from "./question.js";

/** @param {any} explorer the OpenExplorer */
export function makeActs(explorer) {
  const { ui, announcer } = explorer;
  const asked = () => ui.question;
  const ask = (question) => explorer.ask(question);
  return {
    toggle: (name, value) => ask(toggled(asked(), name, value)),
    values: (name, values) => ask(withValues(asked(), name, values)),
    range: (measure, range) => ask(withRange(asked(), measure, range)),
    twoMinute: (twoMinute) => ask({ ...asked(), twoMinute }),
    by: (groups) => ask(withGroups(asked(), groups)),
    set: (part) => ask({ ...asked(), ...part }),
    whole: (question) => ask(question),
    clear: () => ask({ ...emptyQuestion(), ...kept(asked()) }),
    drop: ({ name, value }) => {
      if (name === "range") ask(withRange(asked(), value, [null, null]));
      else if (name === "two") ask({ ...asked(), twoMinute: false });
      else ask(toggled(asked(), name, value));
    },
    /** The question of one group alone. */
    narrow: (sum) => ask(narrowed(asked(), sum)),
    more: () => explorer.more(),
    again: () => explorer.again(),
    mark: (mark) => explorer.change({ mark }),
    form: (form) => {
      explorer.change({ form });
      requestAnimationFrame(() => document.querySelector(form ? ".ask-panel h2" : '[data-tool="form"]')?.focus());
    },
    copy: async () => {
      try {
        await copyText(location.href);
        explorer.change({ copied: true });
        announcer.say("The link to this question is copied");
        setTimeout(() => explorer.change({ copied: false }), 2_000);
      } catch (error) {
        announcer.toast(error.message);
      }
    },
  };
}

/** How it is grouped and shown stays when the conditions go. */
const kept = ({ by, order, ascending, minimum, limit, show, sort, sortAscending, measure, across, up }) => ({
  ...{ by, order, ascending, minimum, limit, show, sort, sortAscending, measure, across, up },
});

function narrowed(question, sum) {
  let found = { ...question };
  for (const by of question.by)
    if (CONDITION_OF[by] && sum.by[by] !== "") found = withValues(found, CONDITION_OF[by], [sum.by[by]]);
  return withGroups({ ...found, show: "plays" }, question.by.filter((by) => !CONDITION_OF[by]));
}
