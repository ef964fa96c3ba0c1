// Sending what waits: in order, by one tab or worker at a time, proven by the device's key (RFC 9449). A retry carries
// the same uuid and the same content, which the server takes once.
import { keepDevice, noteRefused, noteSent, ownDevice, unseal, waiting, wipe, type Device, type Waiting } from "./store";

type Outcome = "SENT" | "LATER" | "REFUSED" | "REVOKED" | "STALE";

interface Problem {
  title: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

let nonce = "";

export async function sendAll(): Promise<void> {
  const work = (): Promise<void> => sendInOrder();
  return navigator.locks ? navigator.locks.request("vungxanh-send", work) : work();
}

async function sendInOrder(): Promise<void> {
  const device = await ownDevice();
  if (!device) return;
  for (const item of await waiting()) {
    if (item.refused) continue;
    const outcome = await send(device, item);
    if (outcome === "REVOKED") return wipe();
    if (outcome === "STALE") return keepDevice({ ...device, isStale: true });
    if (outcome === "LATER") return;
  }
}

async function send(device: Device, item: Waiting): Promise<Outcome> {
  let answer: Response;
  try {
    answer = await request(device, "POST", item.path, await unseal(device.seal, item.sealed));
  } catch {
    return "LATER";
  }
  if (answer.ok) {
    const { id } = (await answer.json()) as { id?: number };
    await noteSent(item, id && item.path === "/api/v1/declarations" ? `/khai-bao/ket-qua/${id}/` : undefined);
    return "SENT";
  }
  if (answer.status === 401) return answer.headers.get("WWW-Authenticate")?.includes("revoked") ? "REVOKED" : "STALE";
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return "LATER";
  await noteRefused(item, await words(answer));
  return "REFUSED";
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
