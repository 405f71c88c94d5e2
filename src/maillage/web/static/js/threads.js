// Draws the threads of the trame between the two offers they join, while one of them is pointed at or focused.
// The list under the trame says the same in words: nothing is lost without this file.
const SVG = "http://www.w3.org/2000/svg";

for (const loom of document.querySelectorAll("[data-loom]")) weave(loom);

function weave(loom) {
  const threads = [...loom.querySelectorAll("[data-to]")]
    .map((line) => ({ from: line.closest("[data-offer]"), to: document.getElementById(line.dataset.to.slice(1)) }))
    .filter(({ from, to }) => from && to);
  if (!threads.length || !matchMedia("(min-width: 66.01rem)").matches) return;
  const sheet = document.createElementNS(SVG, "svg");
  sheet.classList.add("loom__threads");
  sheet.setAttribute("aria-hidden", "true");
  loom.append(sheet);
  for (const thread of threads) {
    thread.path = sheet.appendChild(document.createElementNS(SVG, "path"));
    for (const end of [thread.from, thread.to]) {
      for (const come of ["pointerenter", "focusin"]) end.addEventListener(come, () => light(end, true));
      for (const go of ["pointerleave", "focusout"]) end.addEventListener(go, () => light(end, false));
    }
  }

  function light(end, on) {
    for (const { from, to, path } of threads) {
      if (from !== end && to !== end) continue;
      if (on) path.setAttribute("d", curve(from, to));
      path.classList.toggle("is-lit", on);
      (from === end ? to : from).classList.toggle("is-lit", on);
    }
  }

  function curve(from, to) {
    const frame = loom.getBoundingClientRect(), a = from.getBoundingClientRect(), b = to.getBoundingClientRect();
    const forward = a.left <= b.left;
    const x1 = (forward ? a.right : a.left) - frame.left, x2 = (forward ? b.left : b.right) - frame.left;
    const y1 = a.top + 24 - frame.top, y2 = b.top + 24 - frame.top;
    const bend = Math.max(24, Math.abs(x2 - x1) / 2) * (forward ? 1 : -1);
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  }
}
