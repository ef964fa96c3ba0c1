// Refreshes "còn 1 giờ 12 phút" by the server's clock, which the page carries in <html data-now>.

const MINUTE = 60_000;
const SOON = 60 * MINUTE;

export function startDeadlines(): void {
  const stated = document.documentElement.dataset.now;
  if (!stated) return;
  const skew = Date.parse(stated) - answeredAt();
  const refresh = () => {
    document.querySelectorAll<HTMLElement>("[data-deadline]").forEach((element) => show(element, Date.now() + skew));
  };
  refresh();
  setInterval(refresh, 15_000);
  document.addEventListener("htmx:after:swap", refresh);
  document.addEventListener("visibilitychange", refresh);
}

function answeredAt(): number {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return performance.timeOrigin + (navigation?.responseStart ?? 0);
}

function show(element: HTMLElement, now: number): void {
  const left = Date.parse(element.dataset.deadline ?? "") - now;
  const words = (element.dataset.words ?? "").split("|");
  if (Number.isNaN(left) || words.length !== 6) return;
  const text = (words[left < 0 ? 1 : 0] ?? "").replace("%(span)s", span(Math.abs(left), words));
  if (element.textContent !== text) element.textContent = text;
  const frame = element.closest<HTMLElement>("[data-state]");
  if (frame) frame.dataset.state = left < 0 ? "over" : left <= SOON ? "soon" : "calm";
}

function span(milliseconds: number, [, , days, hours, minutes, moment]: string[]): string {
  const all = Math.floor(milliseconds / MINUTE);
  const parts = [
    [Math.floor(all / 1440), days],
    [Math.floor(all / 60) % 24, hours],
    [all >= 1440 ? 0 : all % 60, minutes],
  ] as const;
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ") || (moment ?? "");
}
