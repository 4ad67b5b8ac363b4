// Where people write: messages, and commands with their options.

import { avatar, byId, el, fill, readFiles } from "./dom.js";
import { menuOf } from "./choices.js";

const STRING = 3, INTEGER = 4, BOOLEAN = 5, NUMBER = 10, ATTACHMENT = 11;
const ENTITIES = { 6: 5, 7: 8, 8: 6, 9: 7 }; // the type of an option to that of a menu
const MOST_SHOWN = 30;

/** The box below the messages. It is drawn anew only when the channel, the person or the command changes. */
export class Composer {
  constructor(page) {
    this.page = page;
    this.place = byId("composer");
    this.picker = el("ul", { class: "picker", role: "listbox", hidden: true });
    this.reset();
  }

  reset() {
    this.reply = null;
    this.editing = null;
    this.command = null;
    this.draw();
  }

  draw() {
    this.picker.hidden = true;
    const { view } = this.page;
    this.place.hidden = !view || (view.channel.kind === "forum");
    if (view) this.place.replaceChildren(this.picker, ...(this.command ? [this.drawCommand()] : this.drawWriting()));
  }

  // Messages

  drawWriting() {
    const { texts, view } = this.page;
    const direct = view.channel.kind === "direct";
    const placeholder = direct ? texts.write_to_bot : fill(texts.write, { channel: `#${view.channel.name}` });
    this.files = el("input", { type: "file", multiple: true, hidden: true, onchange: () => this.showFiles() });
    this.text = el("textarea", { rows: 1, placeholder, "aria-label": placeholder, value: this.editing?.raw ?? "",
      oninput: () => this.suggest(), onkeydown: (event) => this.onKey(event) });
    this.note = el("div", { class: "note", hidden: true });
    if (this.reply) this.tell(fill(texts.replying, { name: this.reply.author }));
    if (this.editing) this.tell(texts.edit);
    const attach = el("button", { type: "button", class: "attach", "aria-label": texts.attach, title: texts.attach,
      onclick: () => this.files.click() }, "+");
    return [this.note, el("div", { class: "box" }, attach, this.text, this.files)];
  }

  tell(text) {
    this.note.hidden = false;
    this.note.replaceChildren(text, el("button", { type: "button", "aria-label": this.page.texts.cancel,
      onclick: () => { this.reset(); this.text.focus(); } }, "✕"));
  }

  showFiles() {
    this.tell([...this.files.files].map((each) => `📄 ${each.name}`).join(" "));
    this.text.focus();
  }

  replyTo(message) {
    this.reset();
    this.reply = message;
    this.draw();
    this.text.focus();
  }

  edit(message) {
    this.reset();
    this.editing = message;
    this.draw();
    this.text.focus();
  }

  async sendText() {
    const text = this.text.value.trim();
    const files = await readFiles(this.files.files);
    if (!text && !files.length) return;
    if (this.editing) this.page.send({ do: "edit", message: this.editing.id, text });
    else this.page.send({ do: "send", text, files, reply_to: this.reply?.id });
    this.reset();
    this.text.focus();
  }

  onKey(event) {
    if (this.onPickerKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.sendText();
    } else if (event.key === "Escape") {
      this.reset();
      this.text.focus();
    }
  }

  // What is offered above the box

  suggest() {
    const text = this.text.value;
    const mention = /(?:^|\s)@(\w*)$/.exec(text);
    if (/^\/[^\n]*$/.test(text)) this.offer(this.commandsLike(text.slice(1).trim()));
    else if (mention) this.offer(this.peopleLike(mention[1]));
    else this.picker.hidden = true;
  }

  commandsLike(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.page.view.commands
      .filter((each) => words.every((word) => `/${each.name}`.includes(word.replace(/^\//, ""))))
      .sort((one, other) => (other.name === text) - (one.name === text) || one.name.localeCompare(other.name))
      .map((each) => ({ name: `/${each.name}`, note: each.description, choose: () => this.use(each) }));
  }

  peopleLike(text) {
    const { bot, people } = this.page.view;
    return [bot, ...people.map((each) => each.name)]
      .filter((name) => name !== text && name.toLowerCase().startsWith(text.toLowerCase()))
      .map((name) => ({ name: `@${name}`, note: "", choose: () => {
        this.text.value = this.text.value.replace(/@\w*$/, `@${name} `);
        this.picker.hidden = true;
        this.text.focus();
      } }));
  }

  /** Show these in the picker; the first is the one that Enter takes. */
  offer(choices) {
    const shown = choices.slice(0, MOST_SHOWN);
    this.picker.hidden = !shown.length;
    this.picker.replaceChildren(...shown.map((each, index) => el("li", {
      role: "option", "aria-selected": String(index === 0), onmousedown: (event) => {
        event.preventDefault();
        each.choose();
      },
    }, el("b", {}, each.name), el("span", {}, each.note))));
    this.choices = shown;
    this.chosen = 0;
  }

  onPickerKey(event) {
    if (this.picker.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.chosen = (this.chosen + step + this.choices.length) % this.choices.length;
      [...this.picker.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === this.chosen)));
      this.picker.children[this.chosen].scrollIntoView({ block: "nearest" });
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.isComposing) this.choices[this.chosen].choose();
    else if (event.key === "Escape") this.picker.hidden = true;
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  // Commands

  use(command) {
    this.command = command;
    this.fields = new Map();
    this.draw();
    this.place.querySelector(".option input, .option select, .option textarea, .run")?.focus();
  }

  drawCommand() {
    const { command } = this;
    const required = command.options.filter((each) => each.required);
    this.extra = el("div", { class: "extra" }, command.options.filter((each) => !each.required).map((option) =>
      el("button", { type: "button", title: option.description, onclick: (event) => {
        event.target.remove();
        const field = this.drawOption(option);
        this.options.append(field);
        field.querySelector("input, select")?.focus();
      } }, `+ ${option.name}`)));
    this.options = el("div", { class: "options" }, required.map((each) => this.drawOption(each)));
    return el("form", { class: "box command", "aria-label": `/${command.name}`,
      onsubmit: (event) => { event.preventDefault(); this.run(); },
      onkeydown: (event) => { if (event.key === "Escape") { this.reset(); this.text.focus(); } } },
    el("div", { class: "what" }, avatar("", true), el("b", {}, `/${command.name}`), el("span", {}, command.description),
      el("button", { type: "button", "aria-label": this.page.texts.cancel, onclick: () => this.reset() }, "✕")),
    this.options,
    el("div", { class: "row" }, this.extra, el("button", { type: "submit", class: "button primary run" }, "➤")));
  }

  drawOption(option) {
    const field = this.fieldOf(option);
    this.fields.set(option.name, field);
    return el("label", { class: "option" }, el("span", { title: option.description }, option.name), field.drawn);
  }

  /** A field for an option: how it is drawn, and its value as the bot gets it, undefined where it is empty. */
  fieldOf(option) {
    const { texts, view } = this.page;
    const required = option.required ?? false;
    if (option.autocomplete) return this.suggesting(option, required);
    if (ENTITIES[option.type]) {
      const drawn = menuOf(ENTITIES[option.type], option, view, texts, { required, "aria-label": option.name });
      return { drawn, value: () => drawn.values()[0] };
    }
    if (option.type === BOOLEAN || option.choices?.length) {
      const choices = option.choices ?? [{ name: texts.yes, value: true }, { name: texts.no, value: false }];
      const options = choices.map((each, index) => ({ label: each.name, value: String(index) }));
      const drawn = menuOf(STRING, { options }, view, texts, { required, "aria-label": option.name });
      const typed = (value) => (typeof value === "number" ? String(value) : value);
      return { drawn, value: () => (drawn.values().length ? typed(choices[drawn.values()[0]].value) : undefined) };
    }
    if (option.type === ATTACHMENT) {
      const drawn = el("input", { type: "file", required });
      return { drawn, value: async () => (drawn.files.length ? (await readFiles(drawn.files))[0] : undefined) };
    }
    const number = option.type === INTEGER || option.type === NUMBER;
    const drawn = el("input", { type: number ? "number" : "text", required, placeholder: option.description,
      autocomplete: "off", step: option.type === NUMBER ? "any" : undefined, min: option.min_value, max: option.max_value,
      minLength: option.min_length ?? 0, maxLength: option.max_length ?? 6000 });
    return { drawn, value: () => drawn.value || undefined };
  }

  /** A field for which the bot has suggestions. */
  suggesting(option, required) {
    const drawn = el("input", { type: "text", required, placeholder: option.description, autocomplete: "off",
      onkeydown: (event) => this.onPickerKey(event), onblur: () => { this.picker.hidden = true; },
      onfocus: () => ask(), oninput: () => { field.taken = undefined; ask(); } });
    const ask = async () => {
      this.asking = { option: option.name, drawn, field };
      this.page.send({ do: "complete", name: this.command.name, option: option.name, text: drawn.value,
        options: await this.values(option.name) });
    };
    const field = { drawn, taken: undefined, value: () => field.taken ?? (drawn.value || undefined) };
    return field;
  }

  /** The bot's suggestions came; those for what was typed earlier are too late. */
  suggested({ choices, option, text }) {
    const asking = this.asking;
    if (!this.command || asking?.option !== option || asking.drawn.value !== text) return;
    if (document.activeElement !== asking.drawn || asking.field.taken !== undefined) return;
    this.offer(choices.map((each) => ({ name: each.name, note: "", choose: () => {
      asking.drawn.value = each.name;
      asking.field.taken = typeof each.value === "number" ? String(each.value) : each.value;
      this.picker.hidden = true;
    } })));
  }

  async values(except) {
    const values = {};
    for (const [name, field] of this.fields) {
      const value = name === except ? undefined : await field.value();
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  async run() {
    this.page.send({ do: "slash", name: this.command.name, options: await this.values() });
    this.reset();
    this.text.focus();
  }
}
