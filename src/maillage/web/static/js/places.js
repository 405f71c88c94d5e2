// Place autocomplete: an ARIA combobox over a plain text field. Without this file the field still works.
const DELAY_MS = 150;

for (const field of document.querySelectorAll("[data-places]")) equip(field);

function equip(field) {
  const input = field.querySelector("input[type=text]");
  const code = field.querySelector("input[type=hidden]");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let choices = [], active = -1, timer = 0, asked = 0;

  list.id = `${input.id}-choix`;
  list.className = "choices";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.querySelector("label").textContent);
  list.hidden = true;
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  field.append(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);

  input.addEventListener("input", () => {
    code.value = "";
    code.disabled = true;
    clearTimeout(timer);
    timer = setTimeout(ask, DELAY_MS);
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => setTimeout(close, 150));

  async function ask() {
    const text = input.value.trim();
    const turn = ++asked;
    if (text.length < 2) return close();
    const response = await fetch(`${field.dataset.places}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
    if (!response.ok || turn !== asked) return;
    const found = await response.json();
    if (turn === asked) show(found);
  }

  function show(found) {
    choices = found.places;
    active = -1;
    list.replaceChildren(...choices.map(item));
    said.textContent = found.told;
    list.hidden = choices.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function item(choice, rank) {
    const row = document.createElement("li");
    const more = document.createElement("span");
    row.id = `${list.id}-${rank}`;
    row.className = "choices__item";
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.textContent = choice.label;
    more.className = "choices__more";
    more.textContent = choice.detail;
    row.append(more);
    row.addEventListener("mousedown", (event) => { event.preventDefault(); choose(rank); });
    return row;
  }

  function onKey(event) {
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    if (list.hidden) return;
    const last = choices.length - 1;
    const moves = { ArrowDown: active < last ? active + 1 : 0, ArrowUp: active > 0 ? active - 1 : last };
    if (event.key in moves) { event.preventDefault(); light(moves[event.key]); }
    if (event.key === "Enter" && active >= 0) { event.preventDefault(); choose(active); }
    if (event.key === "Tab" && active >= 0) choose(active);
  }

  function light(rank) {
    active = rank;
    [...list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === rank)));
    input.setAttribute("aria-activedescendant", `${list.id}-${rank}`);
    list.children[rank].scrollIntoView({ block: "nearest" });
  }

  function choose(rank) {
    input.value = choices[rank].label;
    code.value = choices[rank].code;
    code.disabled = false;
    said.textContent = choices[rank].label;
    close();
  }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}
