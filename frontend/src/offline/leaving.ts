// Signing out on an own device: what waits is sent first; what cannot be sent is lost only if its owner says so.
import { forget, leftToSend } from "./device";

export function forgetOnSignOut(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-sign-out]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.settled) return;
      event.preventDefault();
      void settle(form);
    });
  });
}

async function settle(form: HTMLFormElement): Promise<void> {
  const left = await leftToSend();
  if (left && !confirm((form.dataset.loses ?? "").replace("{}", String(left)))) return;
  await forget();
  form.dataset.settled = "yes";
  form.requestSubmit();
}
