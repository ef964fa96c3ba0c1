// The answer of the gate without network, by the same table of reasons as with it, and kept for sending in the same step.
import type { Batched } from "../send";
import { agencyNow, enqueue, type Device } from "../store";
import { listed, readText, type Read, type Somebody } from "./reading";
import { locked, notePassing, passingsOf, pathOf, whereabouts, type Listed, type Passing, type Reason, type Shift } from "./shift";

// What turns somebody away at the device although it names them.
const NO_PASSING = ["INSIDE", "NOT_INSIDE", "REVOKED", "HAS_LEFT", "FOREIGN", "OTHER_SITE"];

export interface Asked {
  uuid: string;
  text: string;
  tag?: string;
  code?: string;
  direction: "IN" | "OUT";
  temperature: number | null;
  insists: boolean;
}

// `since`: the earlier entry or leaving that stands against it.
export interface Answer {
  reason?: Reason;
  who?: Somebody;
  since?: Passing;
  choices?: Listed[];
  isCard?: boolean;
}

export async function decide(device: Device, shift: Shift, asked: Asked, labels: Record<string, string>): Promise<Answer> {
  return locked(async () => {
    const now = await agencyNow();
    const read = await whom(shift, asked, now);
    if (read.choices) return { choices: read.choices, isCard: read.isCard };
    const before = read.who && whereabouts(shift, await passingsOf(device))[read.who.key];
    const isTwice = Boolean(before && before.isIn === (asked.direction === "IN") && now - before.at < shift.figures.double_tap_seconds * 1000);
    const code = read.reason ?? (read.who ? judged(shift, asked, read.who, before, isTwice) : "UNREADABLE");
    const reason = shift.reasons.find((one) => one.code === code);
    const answer: Answer = { reason, who: read.who, since: code === "INSIDE" || code === "NOT_INSIDE" ? before : undefined, isCard: read.isCard };
    if (!(isTwice && code === "ALLOWED") && (asked.text || read.who)) await keep(device, shift, asked, answer, now, labels[asked.direction] ?? "");
    return answer;
  });
}

async function whom(shift: Shift, asked: Asked, now: number): Promise<Read> {
  if (asked.tag === undefined && asked.code === undefined) return readText(shift, asked.text, now);
  const one = shift.expected.find((row) => (asked.tag ? row.tag === asked.tag : row.code === asked.code));
  if (one) return { who: listed(shift, one, now) };
  return { reason: "UNKNOWN" };
}

// The first reason of the table that holds; being inside already counts only where nothing else speaks against it.
function judged(shift: Shift, asked: Asked, who: Somebody, before: Passing | undefined, isTwice: boolean): string {
  const isOdd = !asked.insists && !isTwice;
  if (asked.direction === "OUT") return !before?.isIn && isOdd ? "NOT_INSIDE" : "ALLOWED";
  // A visit is over with its end, and so is its pass.
  if (who.kind === "VISITOR" && before && !before.isIn && !isTwice) return "HAS_LEFT";
  const isFever = asked.temperature !== null && asked.temperature >= shift.figures.fever_from;
  const holding = new Set([who.reason, "ALLOWED", ...(isFever ? ["FEVER"] : [])]);
  const first = shift.reasons.find((one) => holding.has(one.code))?.code ?? "UNREADABLE";
  return first === "ALLOWED" && before?.isIn && isOdd ? "INSIDE" : first;
}

// Somebody who was judged is sent by name. What named nobody, and what was turned away as odd, is only written down.
async function keep(device: Device, shift: Shift, asked: Asked, { reason, who }: Answer, now: number, label: string): Promise<void> {
  const code = reason?.code ?? "UNREADABLE";
  const isPassing = Boolean(who) && !NO_PASSING.includes(code);
  const { uuid, direction, temperature } = asked;
  const name = isPassing && who ? (who.pass ? { pass: who.pass } : { tag: who.tag }) : {};
  const said = direction === "IN" || !isPassing ? { said: reason?.state ?? "REFUSED", ...(code === "ALLOWED" ? {} : { reason: code }) } : {};
  const body = { uuid, direction, at: new Date(now).toISOString(), ...name, ...said, ...(temperature === null ? {} : { temperature_c: temperature }) };
  const content: Batched = { body, name: who?.name ?? "", isRefusal: !isPassing };
  await enqueue(device, { uuid, path: pathOf(shift.place, "scans"), label, at: now, batch: shift.list_day }, content);
  if (isPassing && who && code === "ALLOWED") await notePassing(device, who.key, { isIn: direction === "IN", at: now, name: who.name, belongsTo: who.belongsTo });
}
