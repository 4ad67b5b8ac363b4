// The bot's forms.

import { byId, el, readFiles } from "./dom.js";
import { menuOf } from "./choices.js";

const TEXT_INPUT = 4, TEXT = 10, UPLOAD = 19, RADIO = 21, CHECKBOXES = 22, CHECKBOX = 23;
const PARAGRAPH = 2;

/** Show a form, and send it when it is filled. */
export function openForm(form, page) {
  const { texts } = page;
  const fields = form.parts.filter((each) => each.type !== TEXT).map((part) => ({ part, field: fieldOf(part, page) }));
  const parts = form.parts.map((part) => {
    const found = fields.find((each) => each.part === part);
    if (!found) return el("p", {}, part.text);
    return el("label", {}, el("span", {}, part.label, part.required && el("i", {}, " *")),
      part.description && el("small", {}, part.description), found.field.drawn);
  });
  const submit = async (event) => {
    event.preventDefault();
    const values = {}, types = {};
    for (const { part, field } of fields) {
      const value = await field.value();
      if (value !== undefined) [values[part.custom_id], types[part.custom_id]] = [value, part.type];
    }
    dialog.close();
    page.send({ do: "submit", form: form.id, values, types });
  };
  const dialog = byId("form");
  dialog.replaceChildren(el("form", { onsubmit: submit, "aria-label": form.title }, el("h2", {}, form.title), parts,
    el("div", { class: "row end" },
      el("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, texts.cancel),
      el("button", { type: "submit", class: "button primary" }, texts.submit))));
  dialog.showModal();
}

/** A field: how it is drawn, and its value, undefined where it is left out. */
function fieldOf(part, page) {
  const required = part.required;
  if (part.type === TEXT_INPUT) {
    const drawn = el(part.style === PARAGRAPH ? "textarea" : "input", { required, value: part.value ?? "",
      placeholder: part.placeholder ?? "", minLength: part.min_length ?? 0, maxLength: part.max_length ?? 4000,
      rows: 5 });
    return { drawn, value: () => drawn.value };
  }
  if (part.type === UPLOAD) {
    const drawn = el("input", { type: "file", required, multiple: (part.max_values ?? 1) > 1 });
    return { drawn, value: async () => (drawn.files.length ? readFiles(drawn.files) : undefined) };
  }
  if (part.type === CHECKBOX) {
    const drawn = el("input", { type: "checkbox", checked: part.default ?? false });
    return { drawn, value: () => drawn.checked };
  }
  if (part.type === RADIO || part.type === CHECKBOXES) return boxes(part);
  const drawn = menuOf(part.type, part, page.view, page.texts, { required, "aria-label": part.label });
  return { drawn, value: () => (drawn.values().length ? drawn.values() : undefined) };
}

function boxes(part) {
  const one = part.type === RADIO;
  const inputs = part.options.map((each) => el("input", { type: one ? "radio" : "checkbox", name: part.custom_id,
    value: each.value, checked: each.default ?? false, required: one && part.required }));
  const drawn = el("span", { class: "boxes" }, inputs.map((input, index) =>
    el("label", {}, input, ` ${part.options[index].label}`)));
  const chosen = () => inputs.filter((each) => each.checked).map((each) => each.value);
  return { drawn, value: () => (one ? chosen()[0] : chosen()) };
}
