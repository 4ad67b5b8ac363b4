// Small tools for building the page.

/** An element. Properties that start with "on" are listeners, `class` and names with a dash are attributes. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name === "class" ? "class" : name, value);
  }
  if (properties.class) made.className = properties.class;
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Text with {blanks} filled in. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** Chosen files as the socket takes them. */
export async function readFiles(files) {
  return Promise.all([...files].map((file) => new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, data: reader.result.slice(reader.result.indexOf(",") + 1) });
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  })));
}

/** The round picture of somebody without one. */
export function avatar(name, bot) {
  const colours = ["#5865f2", "#3ba55d", "#e67e22", "#eb459e", "#9b59b6"];
  const made = el("span", { class: bot ? "avatar bot" : "avatar", "aria-hidden": "true" }, bot ? "" : name.slice(0, 1));
  if (!bot) made.style.background = colours[name.charCodeAt(0) % colours.length];
  return made;
}
