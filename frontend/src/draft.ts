// <form data-draft="name-person">: what was typed comes back after a lost page, or after a session that ended meanwhile.
// Never for health answers or identities, since the draft lies unencrypted on the device; a field with autocomplete=off
// is left out. What was sent is kept until a page shows that the server took it.

const AGE = 3 * 24 * 3600_000;
const SENT = "draft:sent";

type Values = Record<string, string[]>;
// `before`: what the page held when typing began; a field that the server fills otherwise by now is not written over.
type Draft = { at: number; before: Values; values: Values };

export function keepDrafts(): void {
  const forms = [...document.querySelectorAll<HTMLFormElement>("form[data-draft]")];
  try {
    dropTaken(forms.map(nameOf));
  } catch {
    // Without a storage there are no drafts.
  }
  for (const form of forms) {
    const draft = read(form);
    const shown = valuesOf(form);
    // A refused form holds what was typed; its draft goes on from what stood before.
    const isRefused = form.querySelector("[aria-invalid=true], [role=alert]") !== null;
    const before = isRefused && draft ? draft.before : shown;
    if (draft && !isRefused) restore(form, draft, shown);
    form.addEventListener("input", () => save(form, before));
    form.addEventListener("submit", () => hasStorage() && sessionStorage.setItem(SENT, nameOf(form)));
    addEventListener("beforeunload", (event) => {
      if (form.dataset.changed && !form.dataset.sent && !hasStorage()) event.preventDefault();
    });
  }
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", forgetAll);
}

// The page after sending: a plain one (signing in, a refusal of the server) or the same form again has not taken it.
function dropTaken(here: string[]): void {
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (sent && !here.includes(sent) && !document.body.classList.contains("vx-plain")) localStorage.removeItem(sent);
}

function forgetAll(): void {
  if (hasStorage()) Object.keys(localStorage).filter((name) => name.startsWith("draft:")).forEach((name) => localStorage.removeItem(name));
}

function nameOf(form: HTMLFormElement): string {
  return `draft:${new URL(form.action).pathname}:${form.dataset.draft}`;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fields(form: HTMLFormElement): Field[] {
  const kinds = ["textarea", "select", ...["text", "number", "date", "checkbox"].map((type) => `input[type=${type}]`)];
  return [...form.querySelectorAll<Field>(kinds.map((kind) => `${kind}[name]:not([autocomplete=off])`).join())];
}

function valuesOf(form: HTMLFormElement): Values {
  const values: Values = {};
  for (const field of fields(form)) {
    const held = (values[field.name] ??= []);
    if (field instanceof HTMLSelectElement) held.push(...[...field.selectedOptions].map((option) => option.value));
    else if (field.type !== "checkbox" || (field as HTMLInputElement).checked) held.push(field.value);
  }
  return values;
}

function save(form: HTMLFormElement, before: Values): void {
  form.dataset.changed = "yes";
  const draft: Draft = { at: Date.now(), before, values: valuesOf(form) };
  try {
    localStorage.setItem(nameOf(form), JSON.stringify(draft));
  } catch {
    // A full or forbidden storage: the warning before leaving remains.
  }
}

function read(form: HTMLFormElement): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(nameOf(form)) ?? "null") as Draft | null;
    if (draft?.before && Date.now() - draft.at <= AGE) return draft;
    localStorage.removeItem(nameOf(form));
  } catch {
    // An unreadable draft is no draft.
  }
  return null;
}

function restore(form: HTMLFormElement, draft: Draft, shown: Values): void {
  const same = (one?: string[], other?: string[]) => String(one) === String(other);
  const typed = Object.keys(shown).filter((name) => draft.values[name] && same(shown[name], draft.before[name]) && !same(shown[name], draft.values[name]));
  for (const field of fields(form).filter(({ name }) => typed.includes(name))) {
    const held = draft.values[field.name]!;
    if (field instanceof HTMLSelectElement) [...field.options].forEach((option) => (option.selected = held.includes(option.value)));
    else if (field.type === "checkbox") (field as HTMLInputElement).checked = held.includes(field.value);
    else field.value = held[0] ?? "";
  }
  if (typed.length) form.querySelector("[data-draft-word]")?.removeAttribute("hidden");
}

function hasStorage(): boolean {
  try {
    return Boolean(localStorage);
  } catch {
    return false;
  }
}
