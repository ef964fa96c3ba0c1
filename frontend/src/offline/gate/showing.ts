// The answer of the device in the words and badges that the page brought along as templates.
import { hourOf } from "../panel";
import { agencyNow, type Device } from "../store";
import type { Answer, Asked } from "./deciding";
import { passingsOf, whereabouts, type Listed, type Passing, type Shift } from "./shift";

// Whether the server answers; `session`: it asks for a new sign-in; `back`: the page without network may be left.
export type Line = "online" | "away" | "session" | "back";

const find = <T extends HTMLElement>(selector: string): T | null => document.querySelector<T>(selector);
const words = (template: string): string => find<HTMLTemplateElement>(`template[${template}]`)?.content.textContent?.trim() ?? "";

function copy(template: string): HTMLElement {
  const found = find<HTMLTemplateElement>(`template[${template}]`)?.content.firstElementChild?.cloneNode(true);
  return (found ?? document.createElement("p")) as HTMLElement;
}

export function showBanner(line: Line, left: number, hasList: boolean, signIn: string): void {
  const banner = find("[data-gate-banner]");
  const place = find("[data-banner-words]");
  const link = find("[data-banner-link]");
  if (!banner || !place || !link) return;
  const kind = line !== "online" && !hasList ? "empty" : line === "online" || (line === "back" && left) ? "pending" : line;
  banner.hidden = line === "online" && !left;
  place.textContent = (place.dataset[kind] ?? "").replace("{}", String(left));
  link.hidden = !(line === "back" || line === "session");
  const anchor = link.querySelector("a");
  if (anchor) anchor.href = line === "session" ? `${signIn}?next=${encodeURIComponent(location.pathname)}` : location.pathname;
}

export function showServed(isServed: boolean): void {
  document.querySelectorAll<HTMLElement>("[data-served]").forEach((part) => (part.hidden = !isServed));
}

export async function showAnswer(answer: Answer, asked: Asked): Promise<void> {
  const section = find("[data-away-answer]");
  const choices = find("[data-away-choices]");
  if (!section || !choices) return;
  choices.hidden = !answer.choices;
  section.hidden = !answer.reason && !answer.isCard;
  section.replaceChildren();
  if (answer.isCard && answer.choices) section.append(paragraph(words("data-away-card")));
  if (answer.choices) return find("[data-choices]")?.replaceChildren(...answer.choices.map(choice));
  if (!answer.reason) return;
  const isGone = asked.direction === "OUT" && answer.reason.code === "ALLOWED";
  section.append(copy(`data-badge=${isGone ? "LEFT" : answer.reason.state}`));
  if (answer.who) section.append(paragraph(answer.who.name, "vx-gate-name"), paragraph([answer.who.belongsTo, answer.who.code].filter(Boolean).join(" · ")));
  if (!isGone) section.append(paragraph(answer.reason.says));
  if (answer.since) section.append(paragraph(words(`data-away-since=${answer.since.isIn ? "IN" : "OUT"}`).replace("{}", hourOf(answer.since.at, await agencyNow()))));
  if (answer.who?.tag ?? answer.who?.pass) if (["INSIDE", "NOT_INSIDE"].includes(answer.reason.code)) section.append(insisting(answer, asked));
}

function paragraph(text: string, name = ""): HTMLElement {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

// The same scan once more, with the guard's word that an earlier one is missing.
function insisting(answer: Answer, asked: Asked): HTMLFormElement {
  const form = document.createElement("form");
  form.method = "post";
  form.dataset.gate = "";
  const given = { text: answer.who?.pass ?? "", tag: answer.who?.tag ?? "", insists: "1", temperature_c: asked.temperature === null ? "" : String(asked.temperature) };
  form.append(...Object.entries(given).map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value })));
  const button = Object.assign(document.createElement("button"), { name: "direction", value: asked.direction, className: "btn vx-btn vx-btn-secondary" });
  button.textContent = words(`data-away-insist=${asked.direction}`);
  form.append(button);
  return form;
}

function choice(one: Listed): HTMLElement {
  return filled(copy("data-away-choice"), one.tag, one.name, [one.belongs_to, one.code].filter(Boolean).join(" · "));
}

function filled(part: HTMLElement, tag: string, name: string, from: string): HTMLElement {
  const set = (selector: string, text: string): void => part.querySelectorAll(selector).forEach((place) => (place.textContent = text));
  set("[data-name]", name);
  set("[data-from]", from);
  part.querySelectorAll<HTMLInputElement>("input[name=tag]").forEach((field) => (field.value = tag));
  part.querySelectorAll<HTMLButtonElement>("button").forEach((button) => button.setAttribute("aria-label", `${button.textContent?.trim()}: ${name}`));
  return part;
}

export async function showInside(device: Device, shift: Shift, isAway: boolean): Promise<void> {
  const part = find("[data-away-inside]");
  const title = find("[data-inside-title]");
  document.querySelectorAll<HTMLElement>("[data-place-name]").forEach((place) => (place.textContent = shift.name));
  const now = await agencyNow();
  document.querySelectorAll<HTMLElement>("[data-shift-time]").forEach((place) => (place.textContent = ` · ${(place.dataset.words ?? "").replace("{}", hourOf(Date.parse(shift.agency_time), now))}`));
  if (!part || !title) return;
  part.hidden = !isAway;
  if (!isAway) return;
  const inside = Object.entries(whereabouts(shift, await passingsOf(device))).filter(([, passing]) => passing.isIn);
  inside.sort(([, one], [, other]) => other.at - one.at);
  title.textContent = (title.dataset.words ?? "").replace("{}", String(inside.length));
  part.querySelector("[data-rows]")?.replaceChildren(...inside.map(([tag, passing]) => row(tag, passing, now)));
}

function row(tag: string, passing: Passing, now: number): HTMLElement {
  const made = filled(copy("data-away-row"), tag, passing.name, passing.belongsTo);
  const time = made.querySelector("[data-time]");
  if (time) time.textContent = hourOf(passing.at, now);
  return made;
}
