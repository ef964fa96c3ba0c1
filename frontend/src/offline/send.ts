// Sending what waits: in order, by one tab or worker at a time, proven by the device's key (RFC 9449). A retry carries
// the same uuid and the same content, which the server takes once.
import { agencyNow, keepDevice, noteRefused, noteSent, ownDevice, unseal, waiting, wipe, type Device, type Waiting } from "./store";

type Outcome = "SENT" | "LATER" | "REFUSED" | "REVOKED" | "STALE";

interface Problem {
  title: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

// What waits in a batch: `body` is sent; the rest is for whoever keeps the device.
export interface Batched {
  body: { uuid: string };
  name: string;
  isRefusal: boolean;
}

interface Answered {
  results: { uuid: string; outcome: "KEPT" | "AGAIN" | "REFUSED"; says: string }[];
}

const AT_ONCE = 200;
// A line on which nothing comes for so long is none; what was sent meanwhile is answered the same the next time.
const PATIENCE = 60_000;
const MALFORMED = [400, 413, 422];

let nonce = "";

export async function sendAll(): Promise<void> {
  const work = (): Promise<void> => sendInOrder();
  return navigator.locks ? navigator.locks.request("vungxanh-send", work) : work();
}

async function sendInOrder(): Promise<void> {
  const device = await ownDevice();
  if (!device) return;
  for (let items = await due(); items.length; items = await due()) {
    const outcome = await send(device, items);
    if (outcome === "REVOKED") return wipe();
    if (outcome === "STALE") return keepDevice({ ...device, isStale: true });
    if (outcome === "LATER") return;
  }
}

// The oldest that may still be sent, with those behind it that go with it.
async function due(): Promise<Waiting[]> {
  const left = (await waiting()).filter((item) => !item.refused);
  const [first] = left;
  if (!first?.batch) return left.slice(0, 1);
  const other = left.findIndex((item) => item.path !== first.path || item.batch !== first.batch);
  return left.slice(0, Math.min(other < 0 ? left.length : other, AT_ONCE));
}

async function send(device: Device, items: Waiting[]): Promise<Outcome> {
  const [first] = items as [Waiting];
  let answer: Response;
  try {
    answer = await request(device, "POST", first.path, await content(device, items));
  } catch {
    return "LATER";
  }
  if (answer.ok) {
    await (first.batch ? noteResults(device, items, (await answer.json()) as Answered) : noteOne(first, answer));
    return "SENT";
  }
  if (answer.status === 401) return answer.headers.get("WWW-Authenticate")?.includes("revoked") ? "REVOKED" : "STALE";
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return "LATER";
  // One that cannot be read must not take its neighbours with it.
  if (items.length > 1 && MALFORMED.includes(answer.status)) return send(device, items.slice(0, Math.ceil(items.length / 2)));
  const said = await words(answer);
  for (const item of items) await noteRefused(item, said);
  return "REFUSED";
}

async function content(device: Device, items: Waiting[]): Promise<unknown> {
  const [first] = items as [Waiting];
  if (!first.batch) return unseal(device.seal, first.sealed);
  const scans = await Promise.all(items.map(async (item) => (await unseal<Batched>(device.seal, item.sealed)).body));
  return { sent_at: new Date(await agencyNow()).toISOString(), list_day: first.batch, scans };
}

async function noteOne(item: Waiting, answer: Response): Promise<void> {
  const { id } = (await answer.json()) as { id?: number };
  await noteSent(item, id && item.path === "/api/v1/declarations" ? `/khai-bao/ket-qua/${id}/` : undefined);
}

// What the device itself had turned away was only to be written down; the server says the same to it.
async function noteResults(device: Device, items: Waiting[], { results }: Answered): Promise<void> {
  const said = new Map(results.map((result) => [result.uuid, result]));
  for (const item of items) {
    const result = said.get(item.uuid);
    if (!result) continue;
    const { isRefusal } = await unseal<Batched>(device.seal, item.sealed);
    if (result.outcome === "REFUSED" && !isRefusal) await noteRefused(item, result.says);
    else await noteSent(item, undefined, isRefusal ? "" : result.says);
  }
}

async function words(answer: Response): Promise<string> {
  try {
    const problem = (await answer.json()) as Problem;
    const faults = (problem.errors ?? []).map((fault) => fault.detail);
    return [problem.detail, ...faults].filter(Boolean).join(" ") || problem.title;
  } catch {
    return `${answer.status}`;
  }
}

// A request that only this device can make. Throws where there is no network.
export async function request(device: Device, method: string, path: string, body?: unknown): Promise<Response> {
  const first = await proven(device, method, path, body);
  const isAsked = first.status === 401 && first.headers.get("WWW-Authenticate")?.includes("use_dpop_nonce");
  return isAsked ? proven(device, method, path, body) : first;
}

async function proven(device: Device, method: string, path: string, body?: unknown): Promise<Response> {
  const answer = await fetch(path, {
    method,
    signal: AbortSignal.timeout(PATIENCE),
    credentials: "omit",
    headers: {
      Authorization: `DPoP ${device.token}`,
      DPoP: await proof(device, method, new URL(path, location.origin)),
      "Accept-Language": language(),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  nonce = answer.headers.get("DPoP-Nonce") ?? nonce;
  return answer;
}

// The worker has no page; the words of a refusal are Vietnamese then.
const language = (): string => (typeof document === "undefined" ? "vi" : document.documentElement.lang);

async function proof(device: Device, method: string, address: URL): Promise<string> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", device.proof.publicKey);
  const head = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const said = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: address.origin + address.pathname,
    iat: Math.floor(Date.now() / 1000),
    ath: encoded(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(device.token))),
    nonce,
  };
  const text = `${encodedJson(head)}.${encodedJson(said)}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, device.proof.privateKey, new TextEncoder().encode(text));
  return `${text}.${encoded(signature)}`;
}

const encodedJson = (content: unknown): string => encoded(new TextEncoder().encode(JSON.stringify(content)).buffer as ArrayBuffer);

function encoded(content: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(content)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
