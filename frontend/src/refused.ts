// A refused form comes back with its sentences: whoever sent it is led to the first one, also where it lies folded away.
// A page that has put the focus somewhere itself keeps it there.

const SENTENCES = "main .vx-alert-error[role=alert], main [aria-invalid=true]:not([type=hidden])";

export function showRefusal(): void {
  const first = document.querySelector<HTMLElement>(SENTENCES);
  if (!first || document.activeElement !== document.body) return;
  for (let part = first.closest("details"); part; part = part.parentElement?.closest("details") ?? null) part.open = true;
  if (first.matches("[role=alert]")) first.tabIndex = -1;
  first.focus({ preventScroll: true });
  (first.closest(".vx-row") ?? first).scrollIntoView({ block: "center" });
}
