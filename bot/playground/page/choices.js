// Menus to choose from: in messages, in forms and in commands.

import { el } from "./dom.js";

const USER = 5, ROLE = 6, MENTIONABLE = 7, CHANNEL = 8;

/** What can be chosen: the menu's own options, or who and what there is in the server. */
export function choicesOf(type, menu, view) {
  if (type === USER || type === MENTIONABLE) return view.people.map((each) => ({ label: each.name, value: each.id }));
  if (type === ROLE) return view.roles.map((each) => ({ label: each.name, value: each.id }));
  if (type === CHANNEL) {
    const types = menu.channel_types ?? [];
    return view.channels
      .filter((each) => each.kind !== "direct" && (!types.length || types.includes(each.type)))
      .map((each) => ({ label: `# ${each.name}`, value: each.id }));
  }
  return menu.options ?? [];
}

/** A <select>; `values` tells what is chosen. */
export function menuOf(type, menu, view, texts, properties = {}) {
  const many = (menu.max_values ?? 1) > 1;
  const chosen = new Set((menu.default_values ?? []).map((each) => String(each.id)));
  const options = choicesOf(type, menu, view).map((each) =>
    el("option", { value: each.value, selected: each.default || chosen.has(each.value) }, each.label));
  const none = many ? [] : [el("option", { value: "", selected: !options.some((each) => each.selected) },
    menu.placeholder ?? texts.choose)];
  const made = el("select", { multiple: many, disabled: menu.disabled, "aria-label": menu.placeholder ?? texts.choose,
    ...properties }, none, options);
  made.values = () => [...made.selectedOptions].map((each) => each.value).filter((value) => value !== "");
  return made;
}
