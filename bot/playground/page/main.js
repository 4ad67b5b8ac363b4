// The page: it draws what the server says that its person sees, and sends what they do.

import { avatar, byId, el, fill } from "./dom.js";
import { Composer } from "./composer.js";
import { openForm } from "./form.js";
import { drawForum } from "./forum.js";
import { drawMessage } from "./messages.js";

const PROBLEM_MS = 8000;
const SIGNS = { text: "#", forum: "▤", thread: "⤷", direct: "@" };
const NEAR_END = 80;

const socket = new WebSocket(`ws://${location.host}/live?language=${encodeURIComponent(navigator.language)}`);

const page = {
  texts: null,
  view: null,
  send: (act) => socket.send(JSON.stringify(act)),
  replyTo: (message) => composer.replyTo(message),
  edit: (message) => composer.edit(message),
};
const composer = new Composer(page);
let problemTimer = 0;

socket.onmessage = ({ data }) => {
  const told = JSON.parse(data);
  if (told.texts) page.texts = told.texts;
  if (told.view) show(told.view);
  if (told.form) openForm(told.form, page);
  if (told.choices) composer.suggested(told);
  if (told.problem) tell(told.problem);
};
socket.onclose = () => tell(page.texts?.lost ?? "", true);

function tell(problem, forever = false) {
  const place = byId("problem");
  place.textContent = problem;
  place.hidden = !problem;
  clearTimeout(problemTimer);
  if (!forever) problemTimer = setTimeout(() => { place.hidden = true; }, PROBLEM_MS);
}

function show(view) {
  const before = page.view;
  page.view = view;
  const moved = before?.you !== view.you || before?.channel.id !== view.channel.id;
  document.title = `${page.texts.title}: ${view.channel.name}`;
  byId("server").textContent = view.server;
  drawSide();
  drawPeople();
  if (!before) drawHints();
  drawHeader();
  drawMessages(moved);
  drawForum(page);
  if (moved) composer.reset();
}

function drawSide() {
  const { texts, view } = page;
  byId("channels").replaceChildren(...view.channels.map((each) => el("li", { class: each.kind },
    each.kind === "direct" && el("h2", {}, texts.direct),
    el("button", { type: "button", "aria-current": each.id === view.channel.id ? "true" : null,
      onclick: () => page.send({ do: "look", channel: each.id }) }, el("i", {}, SIGNS[each.kind]), each.name))));
}

function drawPeople() {
  const { texts, view } = page;
  byId("people").replaceChildren(...view.people.map((each) => el("button", {
    type: "button", role: "radio", "aria-checked": String(each.id === view.you), title: texts.role_notes[each.role],
    onclick: () => page.send({ do: "look", person: each.id }),
  }, avatar(each.name, false), el("span", {}, el("b", {}, each.name), el("small", {}, texts.roles[each.role])))));
}

function drawHints() {
  const { texts, view } = page;
  byId("hints").replaceChildren(el("h2", {}, texts.try_title),
    el("ol", {}, Object.values(texts.tries).map((each) => el("li", {}, fill(each, { bot: view.bot })))),
    el("p", {}, texts.note));
}

function drawHeader() {
  const { channel } = page.view;
  byId("header").replaceChildren(el("i", {}, SIGNS[channel.kind]), el("b", {}, channel.name),
    ...channel.applied.map((each) => el("span", { class: "tag" }, each)), el("span", {}, channel.topic));
}

/** Only what changed is drawn anew, so that menus stay open and nothing flickers. */
function drawMessages(moved) {
  const place = byId("messages");
  place.hidden = page.view.channel.kind === "forum";
  const atEnd = moved || place.scrollHeight - place.scrollTop - place.clientHeight < NEAR_END;
  const kept = new Map(moved ? [] : [...place.children].map((each) => [each.dataset.id, each]));
  const items = page.view.messages.map((message) => {
    const drawn = JSON.stringify(message);
    const old = kept.get(message.id);
    if (old?.drawn === drawn) return old;
    const item = drawMessage(message, page);
    item.drawn = drawn;
    return item;
  });
  const same = items.length === place.children.length && items.every((each, index) => each === place.children[index]);
  if (!same) place.replaceChildren(...items);
  if (atEnd) place.scrollTop = place.scrollHeight;
}
