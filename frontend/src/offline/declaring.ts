// <form data-declaring>: on an own device a declaration goes into the queue first and from there to the server, with or
// without network the same way. Whatever cannot be read here is left to the server: the form is sent as it is.
import { agencyNow, enqueue, ownDevice, sentLately, waiting, type Device } from "./store";
import { sendAll } from "./send";

interface Outline {
  window: string;
  places: string;
  groups: Record<string, { link_id: string; enable_when: string }[]>;
}

interface Declaration {
  client_uuid: string;
  window: string;
  declared_at: string;
  temperature_c: number | null;
  answers: Record<string, boolean | string[]>;
  attested: true;
}

const PATH = "/api/v1/declarations";
const NONE = "NONE";

export function queueDeclarations(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-declaring]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.plain) return;
      event.preventDefault();
      void declare(form);
    });
  });
}

async function declare(form: HTMLFormElement): Promise<void> {
  const device = await ownDevice();
  const declaration = device && isMine(form, device) ? read(form, await agencyNow()) : undefined;
  if (!device || !declaration) return sendPlainly(form);
  form.setAttribute("aria-busy", "true");
  await enqueue(device, { uuid: declaration.client_uuid, path: PATH, label: form.dataset.label ?? "", at: Date.parse(declaration.declared_at) }, declaration);
  await sendAll();
  form.removeAttribute("aria-busy");
  await show(form, declaration.client_uuid);
}

// Online the result opens as after any form. Without network the form gives way to the list of what waits.
async function show(form: HTMLFormElement, uuid: string): Promise<void> {
  const page = (await sentLately()).find((sent) => sent.uuid === uuid)?.page;
  if (page && navigator.onLine && !form.hasAttribute("data-shell")) return location.assign(page);
  const refused = (await waiting()).find((item) => item.uuid === uuid)?.refused;
  if (!refused) form.hidden = true;
  const panel = document.querySelector<HTMLElement>("[data-queue]");
  panel?.scrollIntoView({ block: "start" });
  panel?.focus();
}

function isMine(form: HTMLFormElement, device: Device): boolean {
  return form.hasAttribute("data-shell") || form.dataset.user === device.user;
}

// In the shell there is no server behind the form; there it says what is missing.
function sendPlainly(form: HTMLFormElement): void {
  if (form.hasAttribute("data-shell")) {
    const words = form.querySelector<HTMLElement>("[data-incomplete]");
    if (words) words.hidden = false;
    words?.scrollIntoView({ block: "center" });
    return;
  }
  form.dataset.plain = "yes";
  form.requestSubmit(form.querySelector<HTMLButtonElement>("button[name=attested]"));
}

// Complete answers by linkId, or nothing where something is missing or cannot be understood here.
function read(form: HTMLFormElement, now: number): Declaration | undefined {
  const outline = JSON.parse(form.querySelector("script[type='application/json']")?.textContent ?? "null") as Outline | null;
  const given = new FormData(form);
  const temperature = readTemperature(String(given.get("temperature_c") ?? ""), form);
  const places = readPlaces(form);
  if (!outline || temperature === undefined || !places) return undefined;
  const ticked = new Set<string>();
  for (const group of Object.keys(outline.groups)) {
    const items = given.getAll(`${group}_items`).map(String);
    const isNone = given.get(group) === NONE;
    if (!given.get(group) || isNone === items.length > 0) return undefined;
    items.forEach((item) => ticked.add(item));
  }
  const asked = Object.values(outline.groups).flat().filter((item) => !item.enable_when || ticked.has(item.enable_when));
  if ([...ticked].some((item) => !asked.some((one) => one.link_id === item))) return undefined;
  const answers: Declaration["answers"] = Object.fromEntries(asked.map((item) => [item.link_id, ticked.has(item.link_id)]));
  answers[outline.places] = places;
  return {
    client_uuid: uuidOf(form),
    window: outline.window,
    declared_at: new Date(now).toISOString(),
    temperature_c: temperature,
    answers,
    attested: true,
  };
}

// The cached shell is the same page each time, so it has no identifier of its own.
function uuidOf(form: HTMLFormElement): string {
  const field = form.querySelector<HTMLInputElement>("input[name=client_uuid]");
  if (!field) return crypto.randomUUID();
  if (form.hasAttribute("data-shell") && !form.dataset.numbered) field.value = crypto.randomUUID();
  form.dataset.numbered = "yes";
  return field.value;
}

function readTemperature(text: string, form: HTMLFormElement): number | null | undefined {
  const written = text.trim().replace(",", ".");
  if (!written) return null;
  const field = form.querySelector<HTMLInputElement>("input[name=temperature_c]");
  const value = /^\d{2}(\.\d)?$/.test(written) ? Number(written) : NaN;
  return value >= Number(field?.dataset.lowest) && value <= Number(field?.dataset.highest) ? value : undefined;
}

function readPlaces(form: HTMLFormElement): string[] | undefined {
  const fields = [...form.querySelectorAll<HTMLInputElement>("input[name^=place_]")].map((field) => field.value.trim()).filter(Boolean);
  if (!fields.length) return [];
  const codes = new Map([...document.querySelectorAll<HTMLOptionElement>("#areas option")].map((option) => [option.value, option.dataset.code]));
  const found = fields.map((label) => codes.get(label));
  return found.every(Boolean) ? [...new Set(found as string[])] : undefined;
}
