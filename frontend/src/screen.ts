// The television of the duty room: a clock by the server's time, and the pages of a long list one after another.
import "./styles/screen.scss";

const TURN = 12_000;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const skew = Date.parse(document.documentElement.dataset.now ?? "") - Date.now();
const button = document.querySelector<HTMLButtonElement>("[data-pause]");
let shown = 0;
let turned = Date.now();
let isHeld = still.matches;

const pages = () => [...document.querySelectorAll<HTMLElement>("[data-page]")];

function showPage(by: number): void {
  const all = pages();
  if (by) turned = Date.now();
  shown = all.length ? (shown + by + all.length) % all.length : 0;
  all.forEach((page, number) => {
    page.hidden = number !== shown;
    page.dataset.of = `${number + 1}/${all.length}`;
  });
  if (button) {
    button.hidden = all.length < 2;
    button.setAttribute("aria-pressed", String(isHeld));
  }
}

function hold(): void {
  isHeld = !isHeld;
  showPage(0);
}

function tick(): void {
  const clock = document.querySelector<HTMLElement>("[data-clock]");
  const now = new Date(Date.now() + (skew || 0));
  if (clock) clock.textContent = now.toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  if (!isHeld && Date.now() - turned >= TURN) showPage(1);
}

button?.addEventListener("click", hold);
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target !== button) {
    event.preventDefault();
    hold();
  }
  if (event.key === "ArrowRight") showPage(1);
  if (event.key === "ArrowLeft") showPage(-1);
});
document.addEventListener("htmx:after:swap", () => showPage(0));
showPage(0);
tick();
setInterval(tick, 1000);
