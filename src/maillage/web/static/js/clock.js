// The clock of a round: counts down from the seconds the server gave. Without this file, the hour of its end is told.
for (const clock of document.querySelectorAll("[data-clock]")) {
  const left = clock.querySelector("[data-clock-left]");
  const ends = performance.now() + Number(clock.dataset.clock) * 1000;
  const tell = () => {
    const seconds = Math.max(0, Math.round((ends - performance.now()) / 1000));
    left.textContent = `· ${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
    if (seconds) setTimeout(tell, 1000);
  };
  if (left) tell();
}
