// Clocks: the one of a round counts down from the seconds the server gave, the one of who speaks counts up. Without
// this file, the hour of its end, or of its beginning, is told.
for (const clock of document.querySelectorAll("[data-clock], [data-clock-up]")) {
  const left = clock.querySelector("[data-clock-left]");
  const up = clock.dataset.clockUp !== undefined;
  const opened = performance.now();
  const given = Number(up ? clock.dataset.clockUp : clock.dataset.clock);
  const tell = () => {
    const past = (performance.now() - opened) / 1000;
    const seconds = Math.max(0, Math.round(up ? given + past : given - past));
    left.textContent = `· ${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
    if (up || seconds) setTimeout(tell, 1000);
  };
  if (left) tell();
}
