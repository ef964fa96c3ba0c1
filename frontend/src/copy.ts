// What is copied field by field into another system: a button beside each value, there only where the browser can copy.

const SHOWN = 1500;

export function offerCopies(): void {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  button.classList.add("vx-copied");
  setTimeout(() => button.classList.remove("vx-copied"), SHOWN);
}
