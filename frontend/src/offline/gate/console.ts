// <div data-gate-console>: on a device that keeps the gate, the server answers while it can be reached, and the device
// itself when not. The page stays; only the answer and the list of those inside are filled in.
import { sendAll } from "../send";
import { agencyNow, onChange, ownDevice, waiting, type Device } from "../store";
import { decide, type Asked } from "./deciding";
import { isTooOld, locked, notePassing, refreshShift, shiftOf, type Shift } from "./shift";
import { showAnswer, showBanner, showInside, showServed, type Line } from "./showing";

const PATIENCE = 8000;
const RENEW_EVERY = 5 * 60_000;
const TRY_EVERY = 30_000;
const SIGN_IN = "/tai-khoan/dang-nhap/";

let line: Line = "online";

export async function startConsole(): Promise<void> {
  const console = consoleOf();
  if (!console) return;
  const isShell = console.hasAttribute("data-shell");
  document.addEventListener("submit", (event) => void submit(event), true);
  onChange(() => void draw());
  addEventListener("offline", () => void turn("away"));
  addEventListener("online", () => void back());
  setInterval(() => void renew(), RENEW_EVERY);
  setInterval(() => void (line === "away" && back()), TRY_EVERY);
  line = isShell || !navigator.onLine ? "away" : "online";
  // In the shell the next answer of the server says that the network is back.
  await (isShell && navigator.onLine ? back() : renew());
  await draw();
  if ((await mine()) && document.querySelector("[data-camera]")) await import("../../camera/reader").then(({ warm }) => warm()).catch(() => undefined);
}

const consoleOf = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-gate-console]");

// Of the page, or in the shell of the address and of what the device holds.
function placeOf(shift: Shift | undefined): string {
  const named = consoleOf()?.dataset.place ?? decodeURIComponent(location.pathname.split("/")[2] ?? "");
  return named && named !== "ngoai-tuyen" ? named : (shift?.place ?? "");
}

async function mine(): Promise<Device | undefined> {
  const device = await ownDevice();
  const user = document.querySelector<HTMLElement>("[data-queue]")?.dataset.user;
  return device && (!user || user === device.user) ? device : undefined;
}

async function heldShift(device: Device): Promise<Shift | undefined> {
  const shift = await shiftOf(device);
  return shift && shift.place === placeOf(shift) && !isTooOld(shift, await agencyNow()) ? shift : undefined;
}

async function turn(to: Line): Promise<void> {
  line = to;
  await draw();
}

async function back(): Promise<void> {
  if (!(await renew())) return;
  if (consoleOf()?.hasAttribute("data-shell")) return turn("back");
  await turn((await renewServed()) ? "online" : "session");
}

// Who is inside by what the server knows now; the last answer stays where the guard is reading it.
async function renewServed(): Promise<boolean> {
  const answer = await fetch(location.pathname).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-served]");
  document.querySelectorAll("[data-served]").forEach((part, number) => part.replaceWith(document.adoptNode(fresh[number] as Element)));
  return true;
}

async function renew(): Promise<boolean> {
  const device = await mine();
  const place = device && placeOf(await shiftOf(device));
  if (!device || !place || !navigator.onLine) return false;
  const isFresh = await refreshShift(device, place);
  if (isFresh) await draw();
  return isFresh;
}

async function draw(): Promise<void> {
  const device = await mine();
  if (!device) return;
  const shift = await heldShift(device);
  const left = (await waiting()).filter((item) => item.batch && !item.refused).length;
  showBanner(line, left, Boolean(shift), SIGN_IN);
  showServed(line === "online");
  if (shift) await showInside(device, shift, line !== "online");
}

async function submit(event: SubmitEvent): Promise<void> {
  const form = event.target as HTMLFormElement;
  if (!form.matches("form[data-gate]") || form.dataset.plain) return;
  event.preventDefault();
  const button = event.submitter instanceof HTMLButtonElement ? event.submitter : form.querySelector("button");
  const device = await mine();
  if (!device) return sendPlainly(form, button);
  // Everything is read before the first wait: a scanner may already be writing the next person.
  const asked = read(form, button);
  const body = new FormData(form);
  if (button) body.set(button.name, button.value);
  const wrong = document.querySelector<HTMLElement>("[data-gate-wrong]");
  if (wrong) wrong.hidden = asked !== undefined;
  if (!asked) return;
  clear(form);
  form.setAttribute("aria-busy", "true");
  if (line !== "online" || !(await askServer(body, device))) await answerHere(asked, device);
  form.removeAttribute("aria-busy");
}

// A device that keeps nothing leaves everything to the server; the shell has none.
function sendPlainly(form: HTMLFormElement, button: HTMLButtonElement | null): void {
  if (consoleOf()?.hasAttribute("data-shell")) return document.querySelector<HTMLElement>("[data-queue]")?.scrollIntoView();
  form.dataset.plain = "yes";
  form.requestSubmit(button);
}

// Whether it answered; otherwise the device does.
async function askServer(body: FormData, device: Device): Promise<boolean> {
  let answer: Response | undefined;
  try {
    answer = await fetch(location.pathname, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    answer = undefined;
  }
  const isSignedOut = Boolean(answer?.redirected && new URL(answer.url).pathname === SIGN_IN);
  if (!answer || answer.status >= 500 || isSignedOut) {
    await turn(isSignedOut ? "session" : "away");
    return false;
  }
  if (answer.redirected) location.assign(answer.url);
  else swap(await answer.text());
  await noteServed(device);
  return true;
}

function swap(text: string): void {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-gate-console]");
  if (!fresh) return location.reload();
  const next = document.querySelector<HTMLInputElement>("[data-scan-into]")?.value ?? "";
  consoleOf()?.replaceWith(document.adoptNode(fresh));
  const field = document.querySelector<HTMLInputElement>("[data-scan-into]");
  if (field && next) field.value = next;
  field?.focus();
}

// What the server has answered is known here too, should the network go now.
async function noteServed(device: Device): Promise<void> {
  const said = document.querySelector<HTMLElement>("[data-served] [data-said]");
  const shift = await heldShift(device);
  const one = shift?.expected.find((row) => row.code && row.code === said?.dataset.code);
  if (!one || !["ALLOWED", "LEFT"].includes(said?.dataset.said ?? "")) return;
  const passing = { isIn: said?.dataset.said === "ALLOWED", at: await agencyNow(), name: one.name, belongsTo: one.belongs_to };
  await locked(() => notePassing(device, one.tag, passing));
}

async function answerHere(asked: Asked, device: Device): Promise<void> {
  const shift = await heldShift(device);
  if (!shift) return draw();
  await showAnswer(await decide(device, shift, asked, labels()), asked);
  await draw();
  void tryToSend();
}

// A browser may hear nothing of a network that is back: what could be sent says that the server answers again.
async function tryToSend(): Promise<void> {
  await sendAll();
  const isSent = !(await waiting()).some((item) => item.batch && !item.refused);
  if (line === "away" && navigator.onLine && isSent) await back();
  else if (line === "back" && !isSent) await turn("away");
}

function read(form: HTMLFormElement, button: HTMLButtonElement | null): Asked | undefined {
  const value = (name: string): string => form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value.trim() ?? "";
  const measured = value("temperature_c").replace(",", ".");
  const temperature = measured ? Number(measured) : null;
  if (temperature !== null && (!/^\d{2}(\.\d)?$/.test(measured) || temperature < 30 || temperature > 45)) return undefined;
  return {
    uuid: value("client_uuid") || crypto.randomUUID(),
    text: value("text"),
    tag: value("tag") || undefined,
    code: "code" in form.dataset ? form.dataset.code || "-" : undefined,
    direction: button?.value === "OUT" ? "OUT" : "IN",
    temperature,
    insists: Boolean(value("insists")),
  };
}

function labels(): Record<string, string> {
  const form = document.querySelector<HTMLInputElement>("[data-scan-into]")?.form;
  const buttons = [...(form?.querySelectorAll<HTMLButtonElement>("button[name=direction]") ?? [])];
  return Object.fromEntries(buttons.map((button) => [button.value, button.textContent?.trim() ?? ""]));
}

// The next person has an identifier of their own.
function clear(form: HTMLFormElement): void {
  form.querySelectorAll<HTMLInputElement>("input[name=client_uuid]").forEach((field) => (field.value = crypto.randomUUID()));
  form.querySelectorAll<HTMLInputElement>("input[name=text], input[name=temperature_c]").forEach((field) => (field.value = ""));
  document.querySelector<HTMLInputElement>("[data-scan-into]")?.focus();
}
