// A refused form comes back with its sentences: whoever sent it is led to the first wrong field, also where it lies folded
// away, else to what is said of the whole.
// A page that has put the focus somewhere itself keeps it there; what the address points to (“#main” after skipping to the
// content) is no such place, and the browser may go there only after this was run.

const WRONG = "main [aria-invalid=true]:not([type=hidden])";
const REFUSED = "main .vx-alert-error[role=alert]";

export function showRefusal(): void {
  lead();
  if (location.hash) addEventListener("load", () => setTimeout(lead));
}

function lead(): void {
  const first = document.querySelector<HTMLElement>(WRONG) ?? document.querySelector<HTMLElement>(REFUSED);
  // Without a form that is sent nothing was refused: the gallery shows how it would look.
  if (!first || !document.querySelector("main form[method=post]") || !isFree(document.activeElement)) return;
  for (let part = first.closest("details"); part; part = part.parentElement?.closest("details") ?? null) part.open = true;
  if (first.matches("[role=alert]")) first.tabIndex = -1;
  first.focus({ preventScroll: true });
  (first.closest(".vx-row") ?? first).scrollIntoView({ block: "center" });
}

function isFree(active: Element | null): boolean {
  return active === document.body || (active !== null && active.matches(":target"));
}
