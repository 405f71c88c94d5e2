// Moves a moment of the day by its handle: dragged, or with the up and down arrows. It sends the form of the buttons,
// which do the same without this file; who moved what meanwhile is settled by the server.
for (const day of document.querySelectorAll("[data-reorder]")) reorder(day);

function reorder(day) {
  const rows = [...day.querySelectorAll(":scope > [data-moment]")];
  let held = null;
  let before = null;

  for (const row of rows) {
    const handle = row.querySelector("[data-handle]");
    if (!handle || rows.length < 2) continue;
    handle.hidden = false;
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      held = row;
      event.dataTransfer.setData("text/plain", row.dataset.moment);
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(row, 0, 0);
      row.classList.add("is-held");
    });
    handle.addEventListener("dragend", () => mark(null));
    handle.addEventListener("keydown", (event) => {
      const place = rows.indexOf(row);
      if (event.key === "ArrowUp" && place > 0) send(row, rows[place - 1].dataset.moment);
      else if (event.key === "ArrowDown" && place < rows.length - 1) send(row, rows[place + 2]?.dataset.moment ?? "");
      else return;
      event.preventDefault();
    });
  }
  day.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault();
    const under = rows.find((row) => event.clientY < middle(row));
    mark(held, under ?? null);
  });
  day.addEventListener("drop", (event) => {
    if (!held) return;
    event.preventDefault();
    const [row, to] = [held, before];
    mark(null);
    const next = rows[rows.indexOf(row) + 1] ?? null;
    if (to !== row && to !== next) send(row, to?.dataset.moment ?? "");
  });

  function mark(row, to = null) {
    for (const each of rows) each.classList.remove("is-next", "is-last");
    if (!row) held?.classList.remove("is-held");
    held = row;
    before = to;
    if (row) (to ?? rows.at(-1)).classList.add(to ? "is-next" : "is-last");
  }

  function middle(row) {
    const box = row.getBoundingClientRect();
    return box.top + box.height / 2;
  }

  function send(row, place) {
    const form = row.querySelector("form[data-move]");
    const field = form.querySelector("[data-before]") ?? form.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name: "avant", value: place });
    form.submit();
  }
}
