// A forum: its posts, and a form for a new one.

import { byId, el } from "./dom.js";

/** Draw the posts; the form for a new one stays as it is while somebody writes in it. */
export function drawForum(page) {
  const { texts, view } = page;
  const place = byId("forum");
  place.hidden = view.channel.kind !== "forum";
  if (place.hidden) { place.replaceChildren(); return; }
  if (place.dataset.channel !== view.channel.id || !place.firstChild) {
    place.dataset.channel = view.channel.id;
    place.replaceChildren(newPost(page), el("h2", {}, texts.posts), el("ul", { class: "posts" }));
  }
  const posts = view.posts.map((post) => el("li", {}, el("button", { type: "button",
    onclick: () => page.send({ do: "look", channel: post.id }) }, el("b", {}, post.name),
  post.applied.map((each) => el("span", { class: "tag" }, each)))));
  place.querySelector(".posts").replaceChildren(...(posts.length ? posts : [el("li", { class: "none" }, texts.no_posts)]));
}

function newPost(page) {
  const { texts, view } = page;
  const title = el("input", { required: true, maxLength: 100, placeholder: texts.post_title,
    "aria-label": texts.post_title });
  const text = el("textarea", { required: true, rows: 4, maxLength: 2000, placeholder: texts.post_text,
    "aria-label": texts.post_text });
  const tags = view.channel.tags.map((each) => el("input", { type: "checkbox", value: each.id }));
  return el("form", { class: "post", "aria-label": texts.new_post, onsubmit: (event) => {
    event.preventDefault();
    page.send({ do: "post", title: title.value, text: text.value,
      tags: tags.filter((each) => each.checked).map((each) => each.value) });
  } }, title, text, el("div", { class: "row" },
    tags.map((each, index) => el("label", { class: "choice" }, each, ` ${view.channel.tags[index].name}`)),
    el("button", { type: "submit", class: "button primary" }, texts.publish)));
}
