// What the device holds of a shift: whom the gate expects, the keys that passes are checked with, what was revoked, the
// reasons in their order; and beside it who went in or out since then.
import { request, sendAll } from "../send";
import { held, hold, waiting, type Device } from "../store";

// A visitor stands there once for each visit, under one tag.
export interface Listed {
  tag: string;
  tag_before: string;
  kind: "STAFF" | "VISITOR";
  name: string;
  belongs_to: string;
  code: string;
  reason: string;
  inside_since: string | null;
}

export interface Reason {
  code: string;
  state: "ALLOWED" | "HOLD" | "REFUSED";
  says: string;
}

export interface Shift {
  place: string;
  name: string;
  site: string;
  agency: string;
  agency_time: string;
  list_day: string;
  pass_keys: (JsonWebKey & { kid: string })[];
  revoked: string[];
  reasons: Reason[];
  expected: Listed[];
  // None in a list that an earlier version of this script fetched.
  shut_codes?: { code: string; reason: string }[];
  figures: { double_tap_seconds: number; fever_from: number };
}

// Somebody by the tag of the day; `at` in milliseconds of the agency's clock.
export interface Passing {
  isIn: boolean;
  at: number;
  name: string;
  belongsTo: string;
}

export type Passings = Record<string, Passing>;

const OLDEST = 24 * 3600_000;

export const pathOf = (place: string, what: "shift" | "scans"): string => `/api/v1/gates/${encodeURIComponent(place)}/${what}`;

export async function shiftOf(device: Device): Promise<Shift | undefined> {
  return held<Shift>(device, "shift");
}

// A list of yesterday still names people; an older one says nothing any more.
export const isTooOld = (shift: Shift, now: number): boolean => now - Date.parse(shift.agency_time) > OLDEST;

// Asked for again while there is network. The keys of the place's own code stay with the server: a console reads no codes.
export async function refreshShift(device: Device, place: string): Promise<boolean> {
  await sendAll();
  const answer = await request(device, "GET", pathOf(place, "shift")).catch(() => undefined);
  if (!answer?.ok) return false;
  const { code_keys: _unused, ...shift } = (await answer.json()) as Shift & { code_keys: unknown };
  await locked(async () => {
    const since = Date.parse(shift.agency_time);
    const own = Object.entries(await passingsOf(device)).filter(([, passing]) => passing.at > since);
    const isAllSent = !(await waiting()).some((item) => item.batch);
    await hold(device, "shift", shift);
    if (isAllSent) await hold(device, "passings", Object.fromEntries(own));
  });
  return true;
}

export async function passingsOf(device: Device): Promise<Passings> {
  return (await held<Passings>(device, "passings")) ?? {};
}

export async function notePassing(device: Device, key: string, passing: Passing): Promise<void> {
  await hold(device, "passings", { ...(await passingsOf(device)), [key]: passing });
}

// The list as it was given, and over it what this device has seen since.
export function whereabouts(shift: Shift, own: Passings): Passings {
  const given = shift.expected.filter((one) => one.inside_since);
  const inside = given.map((one) => [one.tag, { isIn: true, at: Date.parse(one.inside_since ?? ""), name: one.name, belongsTo: one.belongs_to }]);
  return { ...(Object.fromEntries(inside) as Passings), ...own };
}

// One tab decides at a time, so that two never answer for the same person from the same knowledge.
export async function locked<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? ((await navigator.locks.request("vungxanh-gate", work)) as T) : work();
}
