// What was scanned or typed names somebody, several people, or nobody and why: the same kinds of text as at the server.
import { readPass, TOKEN } from "./passes";
import type { Listed, Shift } from "./shift";

// `key` is how the device remembers somebody; `pass` or `tag` is how the server is told.
export interface Somebody {
  key: string;
  kind: "STAFF" | "VISITOR";
  name: string;
  belongsTo: string;
  code: string;
  reason: string;
  pass?: string;
  tag?: string;
}

export interface Read {
  who?: Somebody;
  choices?: Listed[];
  reason?: string;
  isCard?: boolean;
}

const PLACE_ADDRESS = /^https?:\/\/[^\s/]+\/q\/[^\s/]+\/[^\s/]+\/?$/;
const CARD_NUMBER = /^\d{12}$/;
const MOST_FOUND = 20;

export async function readText(shift: Shift, text: string, now: number): Promise<Read> {
  if (TOKEN.test(text)) return ofPass(shift, text, now);
  if (PLACE_ADDRESS.test(text)) return { reason: "GATE_CODE" };
  const fields = text.split("|");
  const name = fields[2]?.trim();
  if (fields.length === 7 && CARD_NUMBER.test(fields[0] ?? "") && name) return ofCard(shift, name);
  return ofWords(shift, text, now);
}

export function listed(shift: Shift, one: Listed, now: number): Somebody {
  const { tag, kind, name, belongs_to: belongsTo, code } = one;
  return { key: tag, tag, kind, name, belongsTo, code, reason: reasonOf(shift, one, now) };
}

// A list of yesterday does not know who has declared today; a visit goes on over midnight.
function reasonOf(shift: Shift, one: Listed, now: number): string {
  const isOver = dayOf(now) !== shift.list_day;
  return isOver && one.kind === "STAFF" && one.reason === "ALLOWED" ? "NOT_DECLARED" : one.reason;
}

// A pass that is younger than the list knows better; one of staff of an earlier day says nothing of today, that of a visit
// is good as long as it lasts.
async function ofPass(shift: Shift, text: string, now: number): Promise<Read> {
  const { claims, reason } = await readPass(shift, text, now);
  if (!claims) return { reason };
  const one = shift.expected.find((row) => row.tag === claims.sub || row.tag_before === claims.sub);
  const isYounger = claims.iat * 1000 > Date.parse(shift.agency_time);
  const isOfToday = claims.kind === "VISITOR" || dayOf(claims.iat * 1000) === dayOf(now);
  const known = one && listed(shift, one, now);
  const says = known && !(isYounger && isOfToday) && dayOf(now) === shift.list_day ? known.reason : isOfToday ? "ALLOWED" : "NOT_DECLARED";
  const named = { key: known?.key ?? claims.sub, kind: claims.kind, name: known?.name ?? claims.name, belongsTo: known?.belongsTo ?? "", code: known?.code ?? "" };
  return { who: { ...named, reason: says, pass: text }, reason: reason || undefined };
}

// Numbers of cards are not held here, so the card is looked up by its name and compared with the face.
function ofCard(shift: Shift, name: string): Read {
  const same = shift.expected.filter((one) => folded(one.name) === folded(name));
  return same.length ? { choices: same, isCard: true } : { reason: "UNKNOWN", isCard: true };
}

// A code typed whole, of staff or of a visit, else a part of a name.
function ofWords(shift: Shift, text: string, now: number): Read {
  const code = canonical(text);
  const [same, other] = shift.expected.filter((one) => code && canonical(one.code) === code);
  if (same && !other) return { who: listed(shift, same, now) };
  const shut = shift.shut_codes?.find((one) => canonical(one.code) === code);
  if (shut) return { reason: shut.reason };
  const words = folded(text).split(" ").filter(Boolean);
  const found = words.length ? shift.expected.filter((one) => words.every((word) => folded(one.name).includes(word) || one.code.toLowerCase() === word)) : [];
  return found.length ? { choices: found.slice(0, MOST_FOUND) } : { reason: "UNREADABLE" };
}

// Capitals, blanks and hyphens make no difference.
const canonical = (code: string): string => code.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function folded(text: string): string {
  return text.replace(/đ/gi, "d").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

export function dayOf(moment: number): string {
  return new Date(moment).toLocaleDateString("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" });
}
