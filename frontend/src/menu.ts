// Menus and confirmations are <details>: Escape or a click outside closes them.

const OPEN = "details[data-menu][open], details[data-confirm][open]";

export function closeMenus(): void {
  document.addEventListener("click", (event) => {
    document.querySelectorAll<HTMLDetailsElement>(OPEN).forEach((details) => {
      if (!details.contains(event.target as Node)) details.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll<HTMLDetailsElement>(OPEN).forEach((details) => {
      details.open = false;
      details.querySelector("summary")?.focus();
    });
  });
}
