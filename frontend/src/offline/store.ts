// What this device keeps (IndexedDB): the key that proves it, and what waits to be sent, sealed with a second key. Both
// keys are made here and cannot be exported, so that a copy of the files is worth nothing.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

export interface Device {
  id: string;
  token: string;
  expiresAt: string;
  user: string;
  name: string;
  proof: CryptoKeyPair;
  seal: CryptoKey;
  isStale?: boolean;
}

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  body: ArrayBuffer;
}

// `label` is shown while it waits; `at` is the moment that it speaks of. `refused`: why the server did not take it.
// `batch`: neighbours of the same path and batch are sent together. What names anybody stands in `sealed` alone.
export interface Waiting {
  number?: number;
  uuid: string;
  path: string;
  label: string;
  at: number;
  sealed: Sealed;
  batch?: string;
  refused?: string;
}

// `note`: what the server said to it; it stays sealed with what was sent, so that the words can be read with a name.

export interface Sent {
  uuid: string;
  path: string;
  label: string;
  at: number;
  sentAt: number;
  page?: string;
  note?: string;
  sealed?: Sealed;
}

interface Kept extends DBSchema {
  device: { key: "own"; value: Device };
  queue: { key: number; value: Waiting; indexes: { uuid: string } };
  sent: { key: string; value: Sent };
  held: { key: string; value: Sealed };
  clock: { key: "ahead"; value: number };
}

const FLAG = "vungxanh:kept";
const SENT_SHOWN = 5;
const NOTES_SHOWN = 50;
const changes = new BroadcastChannel("vungxanh");

let opened: Promise<IDBPDatabase<Kept>> | undefined;

export function store(): Promise<IDBPDatabase<Kept>> {
  opened ??= openDB<Kept>("vungxanh", 1, {
    upgrade(made) {
      made.createObjectStore("device");
      made.createObjectStore("queue", { keyPath: "number", autoIncrement: true }).createIndex("uuid", "uuid", { unique: true });
      made.createObjectStore("sent", { keyPath: "uuid" });
      made.createObjectStore("held");
      made.createObjectStore("clock");
    },
  });
  return opened;
}

export const isPossible = (): boolean => isSecureContext && "indexedDB" in globalThis && "serviceWorker" in navigator;

export async function ownDevice(): Promise<Device | undefined> {
  return (await store()).get("device", "own");
}

export async function keepDevice(device: Device): Promise<void> {
  await (await store()).put("device", device, "own");
  localStorage.setItem(FLAG, "yes");
  tell();
}

export async function seal(key: CryptoKey, content: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(content)));
  return { iv, body };
}

export async function unseal<T>(key: CryptoKey, sealed: Sealed): Promise<T> {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.body);
  return JSON.parse(new TextDecoder().decode(plain)) as T;
}

// In the order in which they came. The same uuid twice (a double tap, two tabs) is kept once.
export async function enqueue(device: Device, item: Omit<Waiting, "number" | "sealed">, content: unknown): Promise<void> {
  const sealed = await seal(device.seal, content);
  const known = await store();
  const writing = known.transaction(["queue", "sent"], "readwrite");
  const isKnown = (await writing.objectStore("queue").index("uuid").getKey(item.uuid)) ?? (await writing.objectStore("sent").getKey(item.uuid));
  if (isKnown === undefined) await writing.objectStore("queue").add({ ...item, sealed });
  await writing.done;
  tell();
}

export async function waiting(): Promise<Waiting[]> {
  return (await store()).getAll("queue");
}

export async function sentLately(): Promise<Sent[]> {
  return (await (await store()).getAll("sent")).sort((one, other) => other.sentAt - one.sentAt);
}

// What was sent is wiped in the same step in which it is noted as sent; the note says nothing of the answers.
export async function noteSent(item: Waiting, page?: string, note?: string): Promise<void> {
  const sentAt = await agencyNow();
  const writing = (await store()).transaction(["queue", "sent"], "readwrite");
  const { uuid, path, label, at } = item;
  await writing.objectStore("queue").delete(item.number as number);
  await writing.objectStore("sent").put({ uuid, path, label, at, sentAt, page, ...(note ? { note, sealed: item.sealed } : {}) });
  const all = (await writing.objectStore("sent").getAll()).sort((one, other) => other.sentAt - one.sentAt);
  const over = [...all.filter((one) => !one.note).slice(SENT_SHOWN), ...all.filter((one) => one.note).slice(NOTES_SHOWN)];
  for (const old of over) await writing.objectStore("sent").delete(old.uuid);
  await writing.done;
  tell();
}

export async function noteRefused(item: Waiting, words: string): Promise<void> {
  await (await store()).put("queue", { ...item, refused: words });
  tell();
}

export async function drop(number: number): Promise<void> {
  await (await store()).delete("queue", number);
  tell();
}

// Something that the device needs without network, sealed like the queue.
export async function hold(device: Device, name: string, content: unknown): Promise<void> {
  await (await store()).put("held", await seal(device.seal, content), name);
}

export async function held<T>(device: Device, name: string): Promise<T | undefined> {
  const sealed = await (await store()).get("held", name);
  return sealed && unseal<T>(device.seal, sealed);
}

// After a revocation, or when the owner signs out: nothing of anybody stays here.
export async function wipe(): Promise<void> {
  const known = await store();
  const writing = known.transaction(["device", "queue", "sent", "held"], "readwrite");
  await Promise.all((["device", "queue", "sent", "held"] as const).map((name) => writing.objectStore(name).clear()));
  await writing.done;
  if ("localStorage" in globalThis) localStorage.removeItem(FLAG);
  tell();
}

// How far the agency's clock is ahead of this device's, in milliseconds, as heard with the last page.
export async function noteClock(ahead: number): Promise<void> {
  await (await store()).put("clock", ahead, "ahead");
}

export async function agencyNow(): Promise<number> {
  return Date.now() + ((await (await store()).get("clock", "ahead")) ?? 0);
}

export function onChange(then: () => void): void {
  changes.addEventListener("message", then);
  listeners.add(then);
}

// The channel reaches the other tabs and the worker; this one hears itself.
const listeners = new Set<() => void>();

export function tell(): void {
  changes.postMessage("changed");
  listeners.forEach((then) => then());
}
