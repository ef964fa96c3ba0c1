// <div data-camera>: offers the camera where there may be one. The reader of codes, a megabyte, comes with the first tap.
// What was read goes the same way as what a scanner types: into the field, and with the button of that direction; or,
// under data-camera-go, to the page of the place whose code it is.

export function offerCamera(): void {
  document.querySelectorAll<HTMLElement>("[data-camera]").forEach((part) => {
    part.hidden = false;
    part.querySelectorAll<HTMLButtonElement>("button[data-way]").forEach((button) => button.addEventListener("click", () => void start(part, button)));
    part.querySelector("button[data-stop]")?.addEventListener("click", () => part.dispatchEvent(new Event("camera:stop")));
  });
}

async function start(part: HTMLElement, button: HTMLButtonElement): Promise<void> {
  part.dispatchEvent(new Event("camera:stop"));
  say(part, "");
  if (!navigator.mediaDevices) return say(part, "insecure");
  button.setAttribute("aria-busy", "true");
  const reader = await import("./reader").catch(() => undefined);
  const problem = reader ? await reader.look(part, (text) => use(part, button, text)) : "missing";
  button.removeAttribute("aria-busy");
  say(part, problem);
}

// The words stand in the page, one paragraph for each.
function say(part: HTMLElement, name: string): void {
  part.querySelectorAll<HTMLElement>("[data-says]").forEach((words) => (words.hidden = words.dataset.says !== name));
}

// Whether looking goes on.
function use(part: HTMLElement, button: HTMLButtonElement, text: string): boolean {
  if (part.hasAttribute("data-camera-go")) return !follow(part, text);
  const field = document.querySelector<HTMLInputElement>("[data-scan-into]");
  const way = field?.form?.querySelector<HTMLButtonElement>(`button[value=${button.dataset.way}]`);
  if (!field?.form || !way) return true;
  field.value = text;
  field.form.requestSubmit(way);
  return true;
}

function follow(part: HTMLElement, text: string): boolean {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  const isPlace = address?.origin === location.origin && address.pathname.startsWith("/q/");
  say(part, isPlace ? "" : "other");
  if (isPlace) location.assign(address.href);
  return isPlace;
}
