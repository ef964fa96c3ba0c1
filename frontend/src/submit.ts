// A form is sent once: its buttons stay shut until the answer comes, the page is shown again, or the wait is over (the
// answer to a form may be a file, of which the page hears nothing).

const WAIT = 15_000;

export function guardSubmits(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // After this turn, so that the pressed button's name and value still travel.
    setTimeout(() => buttonsOf(form).forEach((button) => button.setAttribute("aria-busy", "true")));
    setTimeout(() => reopen(form), WAIT);
  });
  addEventListener("pageshow", () => document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(reopen));
  document.addEventListener("htmx:finally:request", (event) => {
    // What asked may have been swapped away; the event then comes from the document itself.
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form) reopen(form);
  });
}

function reopen(form: HTMLFormElement): void {
  delete form.dataset.sent;
  buttonsOf(form).forEach((button) => button.removeAttribute("aria-busy"));
}

function buttonsOf(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.elements].filter((element): element is HTMLButtonElement => element instanceof HTMLButtonElement);
}
