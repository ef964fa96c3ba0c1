// <form data-draft="name">: what was typed comes back after a lost page. Never for health answers or identities, since
// the draft lies unencrypted on the device.

const AGE = 3 * 24 * 3600_000;

export function keepDrafts(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-draft]").forEach((form) => {
    const key = `draft:${location.pathname}:${form.dataset.draft}`;
    restore(form, key);
    form.addEventListener("input", () => save(form, key));
    form.addEventListener("submit", () => {
      if (navigator.onLine && hasStorage()) localStorage.removeItem(key);
    });
    addEventListener("beforeunload", (event) => {
      if (form.dataset.changed && !form.dataset.sent && !hasStorage()) event.preventDefault();
    });
  });
}

function fields(form: HTMLFormElement): (HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[] {
  return [...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("textarea[name], select[name], input[type=text][name], input[type=number][name], input[type=date][name]")];
}

function save(form: HTMLFormElement, key: string): void {
  form.dataset.changed = "yes";
  const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
  } catch {
    // A full or forbidden storage: the warning before leaving remains.
  }
}

function restore(form: HTMLFormElement, key: string): void {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as { at: number; values: Record<string, string> } | null;
    if (!draft) return;
    if (Date.now() - draft.at > AGE) return localStorage.removeItem(key);
    fields(form).forEach((field) => {
      if (!field.value) field.value = draft.values[field.name] ?? "";
    });
  } catch {
    // An unreadable draft is no draft.
  }
}

function hasStorage(): boolean {
  try {
    return Boolean(localStorage);
  } catch {
    return false;
  }
}
