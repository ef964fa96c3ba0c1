// <section data-queue>: what this device keeps and has sent, in words, and the offer to make the device one's own.
import { forget, leftToSend, makeOwn } from "./device";
import { agencyNow, drop, isPossible, onChange, ownDevice, sentLately, unseal, waiting, type Device, type Sent, type Waiting } from "./store";
import { sendAll, type Batched } from "./send";

const SHOWN = 20;
const RENEW_BEFORE = 60 * 24 * 3600_000;

export function showQueue(): void {
  const panel = document.querySelector<HTMLElement>("[data-queue]");
  if (!panel || !isPossible()) return;
  const render = (): void => void draw(panel);
  onChange(render);
  render();
  panel.addEventListener("click", (event) => void act(panel, event));
  void settle(panel);
}

// A page of somebody signed in: the device is made own where the slip said so, and its token renewed in time.
async function settle(panel: HTMLElement): Promise<void> {
  const device = await ownDevice();
  const { user } = panel.dataset;
  if (!user || !navigator.onLine) return;
  const isMine = device?.user === user;
  const isDue = isMine && (device.isStale || Date.parse(device.expiresAt) - Date.now() < RENEW_BEFORE);
  if (isDue || (!device && "own" in panel.dataset)) await makeOwn(user).catch(() => undefined);
  await sendAll();
}

async function draw(panel: HTMLElement): Promise<void> {
  const device = await ownDevice();
  const [items, sent] = device ? [await waiting(), await sentLately()] : [[], []];
  const isOther = Boolean(device && panel.dataset.user && device.user !== panel.dataset.user);
  part(panel, "offer").hidden = Boolean(device) || !panel.dataset.user;
  part(panel, "unknown").hidden = Boolean(device) || Boolean(panel.dataset.user);
  part(panel, "other").hidden = !isOther;
  part(panel, "stale").hidden = !device?.isStale;
  part(panel, "own").hidden = !device || isOther;
  panel.querySelectorAll<HTMLElement>("[data-owner]").forEach((place) => (place.textContent = device?.name ?? ""));
  const now = await agencyNow();
  const list = panel.querySelector<HTMLUListElement>("ul");
  const names = device ? await namesOf(device, [...items, ...sent]) : new Map<string, string>();
  const urgent = [...items.filter((item) => item.refused), ...items.filter((item) => !item.refused)];
  const lines = urgent.slice(0, SHOWN).map((item) => waitingLine(panel, item, now, names.get(item.uuid)));
  if (urgent.length > SHOWN) lines.push(moreLine(panel, urgent.length - SHOWN));
  list?.replaceChildren(...lines, ...sent.map((item) => sentLine(panel, item, now, names.get(item.uuid))));
  part(panel, "send").hidden = !items.some((item) => !item.refused);
}

const part = (panel: HTMLElement, name: string): HTMLElement => panel.querySelector<HTMLElement>(`[data-part=${name}]`) ?? document.createElement("p");

// Of those that are shown with somebody's name because the server had something to say.
async function namesOf(device: Device, items: (Waiting | Sent)[]): Promise<Map<string, string>> {
  const told = items.filter((item) => ("refused" in item && item.refused && item.batch) || ("note" in item && item.note));
  const read = told.map(async (item): Promise<[string, string]> => [item.uuid, item.sealed ? (await unseal<Batched>(device.seal, item.sealed)).name : ""]);
  return new Map(await Promise.all(read));
}

function waitingLine(panel: HTMLElement, item: Waiting, now: number, name?: string): HTMLElement {
  const line = lineOf(item, now, item.refused ? `${panel.dataset.refused} ${item.refused}` : (panel.dataset.waiting ?? ""), item.refused ? "error" : "warning", name);
  if (item.refused) line.append(dropButton(item, panel.dataset.drop ?? ""));
  return line;
}

function moreLine(panel: HTMLElement, left: number): HTMLElement {
  const line = document.createElement("li");
  line.textContent = (panel.dataset.more ?? "").replace("{}", String(left));
  return line;
}

function sentLine(panel: HTMLElement, item: Sent, now: number, name?: string): HTMLElement {
  const words = (panel.dataset.sent ?? "").replace("{}", hourOf(item.sentAt, now));
  return lineOf(item, now, item.note ? `${words}. ${item.note}` : words, item.note ? "warning" : "success", name);
}

function lineOf(item: Waiting | Sent, now: number, words: string, tone: string, name = ""): HTMLElement {
  const line = document.createElement("li");
  line.className = `vx-queue-line vx-queue-${tone}`;
  const what = document.createElement("strong");
  what.textContent = [item.label, name, hourOf(item.at, now)].filter(Boolean).join(" · ");
  const state = document.createElement("span");
  state.textContent = words;
  line.append(what, " — ", state);
  return line;
}

function dropButton(item: Waiting, words: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn vx-btn vx-btn-quiet";
  button.dataset.drop = String(item.number);
  button.textContent = words;
  return button;
}

// The hour, and the day behind it where it was not today.
export function hourOf(moment: number, now: number): string {
  const [day, hour] = spoken(moment);
  return day === spoken(now)[0] ? hour : `${hour} ${day}`;
}

function spoken(moment: number): [string, string] {
  const written = new Date(moment).toLocaleString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });
  return [`${written.slice(8, 10)}/${written.slice(5, 7)}`, written.slice(11, 16)];
}

async function act(panel: HTMLElement, event: Event): Promise<void> {
  const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
  if (!button) return;
  if (button.dataset.drop) return drop(Number(button.dataset.drop));
  button.setAttribute("aria-busy", "true");
  if (button.dataset.act === "send") await sendAll();
  if (button.dataset.act === "keep") await keep(panel);
  if (button.dataset.act === "forget") await leave(panel);
  button.removeAttribute("aria-busy");
}

async function keep(panel: HTMLElement): Promise<void> {
  const made: Device | undefined = await makeOwn(panel.dataset.user ?? "").catch(() => undefined);
  part(panel, "failed").hidden = Boolean(made);
}

async function leave(panel: HTMLElement): Promise<void> {
  const left = await leftToSend();
  if (left && !confirm((panel.dataset.loses ?? "").replace("{}", String(left)))) return;
  await forget();
}
