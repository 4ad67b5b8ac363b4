// A message, with all that Discord puts into one.

import { avatar, el, fill } from "./dom.js";
import { menuOf } from "./choices.js";

const ROW = 1, BUTTON = 2, SECTION = 9, TEXT = 10, THUMBNAIL = 11, GALLERY = 12, FILE = 13, LINE = 14, CONTAINER = 17;
const LINK_STYLE = 5;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

const html = (text, className = "text") => el("div", { class: className, innerHTML: text });
const colour = (number) => `#${number.toString(16).padStart(6, "0")}`;
const time = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** One message as a list item; `page` has the view, the texts and what can be done. */
export function drawMessage(message, page) {
  if (!message.spoken) return drawEvent(message, page);
  const { texts, view } = page;
  const name = el("span", { class: message.bot ? "name bot" : "name" }, message.author,
    message.bot && el("span", { class: "tag" }, texts.app));
  return el("li", { class: message.private ? "message private" : "message", "data-id": message.id },
    above(message, texts),
    avatar(message.author, message.bot),
    el("div", { class: "body" },
      el("div", { class: "head" }, name, el("time", { dateTime: message.time }, time(message.time))),
      message.thinking ? el("div", { class: "thinking" }, fill(texts.thinking, { bot: view.bot })) : html(message.html),
      message.edited && el("span", { class: "edited" }, `(${texts.edited})`),
      message.embeds.map(drawEmbed),
      message.components.map((each) => drawComponent(each, message, page)),
      message.files.map(drawFile),
      message.reactions.length > 0 && el("div", { class: "reactions" },
        message.reactions.map((each) => el("span", {}, each))),
      message.thread && threadLink(message.thread, page),
      message.private && el("div", { class: "only" }, `👁 ${texts.private}`)),
    tools(message, page));
}

/** What Discord itself says, such as that a thread was begun. */
function drawEvent(message, page) {
  return el("li", { class: "event", "data-id": message.id }, "⤷ ", el("b", {}, message.author),
    ` ${page.texts.started_thread}: `, message.raw);
}

function above(message, texts) {
  if (message.command) {
    return el("div", { class: "above" }, el("b", {}, message.command.author), ` ${texts.used} `,
      el("span", { class: "mention" }, `/${message.command.name}`));
  }
  return message.reply && el("div", { class: "above" }, el("b", {}, message.reply.author), ` ${message.reply.text}`);
}

function threadLink(thread, page) {
  return el("button", { class: "thread", type: "button", onclick: () => page.send({ do: "look", channel: thread.id }) },
    `🧵 ${thread.name} ›`);
}

function drawComponent(component, message, page) {
  const inside = () => (component.components ?? []).map((each) => drawComponent(each, message, page));
  switch (component.type) {
    case CONTAINER: {
      const made = el("div", { class: "container" }, inside());
      if (component.accent_color !== null && component.accent_color !== undefined) {
        made.style.borderLeftColor = colour(component.accent_color);
      }
      return made;
    }
    case TEXT: return html(component.html);
    case ROW: return el("div", { class: "row" }, inside());
    case SECTION: return el("div", { class: "section" }, el("div", {}, inside()),
      drawComponent(component.accessory, message, page));
    case BUTTON: return drawButton(component, message, page);
    case LINE: return component.divider === false ? el("div", { class: "gap" }) : el("hr");
    case GALLERY: return el("div", { class: "gallery" },
      component.items.map((each) => el("img", { src: each.url, alt: each.description ?? "" })));
    case THUMBNAIL: return el("img", { class: "thumbnail", src: component.url, alt: component.description ?? "" });
    case FILE: return drawFile({ name: component.url.split("/").pop(), url: component.url });
    default: return drawMenu(component, message, page);
  }
}

function drawButton(button, message, page) {
  const label = [button.emoji?.name, button.label].filter(Boolean).join(" ");
  if (button.style === LINK_STYLE) {
    return el("a", { class: "button link", href: button.url, target: "_blank", rel: "noopener noreferrer" }, label, " ↗");
  }
  return el("button", {
    type: "button", class: `button ${STYLES[button.style] ?? ""}`, disabled: button.disabled,
    onclick: () => page.send({ do: "press", message: message.id, custom_id: button.custom_id }),
  }, label);
}

function drawMenu(component, message, page) {
  const choose = () => page.send({ do: "select", message: message.id, custom_id: component.custom_id,
    type: component.type, values: menu.values() });
  const many = (component.max_values ?? 1) > 1;
  const menu = menuOf(component.type, component, page.view, page.texts, many ? {} : { onchange: choose });
  return el("div", { class: "menu" }, menu,
    many && el("button", { type: "button", class: "button secondary", onclick: choose }, page.texts.submit));
}

function drawEmbed(embed) {
  const made = el("div", { class: "container" },
    embed.title && el("h3", {}, embed.title), embed.html && html(embed.html),
    embed.fields.map((each) => el("div", { class: "text" }, el("b", {}, each.name), html(each.html, ""))),
    embed.image && el("img", { src: embed.image, alt: "" }), embed.footer && el("small", {}, embed.footer));
  if (embed.colour) made.style.borderLeftColor = colour(embed.colour);
  return made;
}

function drawFile(file) {
  if (file.picture) return el("img", { class: "picture", src: file.url, alt: file.name });
  return el("a", { class: "file", href: file.url, download: file.name }, `📄 ${file.name}`);
}

/** What can be done with a message: it shows when the mouse is over it. */
function tools(message, page) {
  const { texts } = page;
  const item = (label, act) => el("button", { type: "button", onclick: (event) => {
    event.target.closest("details")?.removeAttribute("open");
    act();
  } }, label);
  const about = { message: message.id };
  const menus = page.view.channel.kind === "direct" ? [] : page.view.menus;
  return el("div", { class: "tools" },
    !message.private && item(texts.reply, () => page.replyTo(message)),
    el("details", {}, el("summary", { "aria-label": texts.menu }, "⋯"), el("menu", {},
      !message.private && menus.map((name) => item(name, () => page.send({ do: "menu", name, ...about }))),
      message.own && item(texts.edit, () => page.edit(message)),
      item(texts.delete, () => page.send({ do: "delete", ...about })))));
}
