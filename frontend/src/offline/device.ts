// Making a device one's own, and forgetting it.
import { keepDevice, ownDevice, waiting, wipe, type Device } from "./store";
import { request, sendAll } from "./send";

// Throws where the server or the network says no; nothing is kept then. A known device keeps its keys and what waits.
export async function makeOwn(user: string): Promise<Device> {
  const known = await ownDevice();
  if (known && known.user !== user && (await waiting()).length) throw new Error("somebody else's declarations wait here");
  const mine = known?.user === user ? known : undefined;
  const proof = mine?.proof ?? (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]));
  const seal = mine?.seal ?? (await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]));
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", proof.publicKey);
  const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch("/api/v1/devices", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ key: { kty, crv, x, y } }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const given = (await answer.json()) as { id: string; token: string; expires_at: string; name: string };
  const device: Device = { id: given.id, token: given.token, expiresAt: given.expires_at, user, name: given.name, proof, seal };
  await keepDevice(device);
  await navigator.serviceWorker.register("/sw.js");
  // So that the browser does not throw the queue away when space is short.
  await navigator.storage?.persist?.();
  return device;
}

// What could be sent is sent; what could not is counted, so that the owner is asked before it is lost.
export async function leftToSend(): Promise<number> {
  await sendAll();
  return (await waiting()).length;
}

export async function forget(): Promise<void> {
  const device = await ownDevice();
  if (!device) return;
  await request(device, "DELETE", "/api/v1/devices/own").catch(() => undefined);
  const worker = await navigator.serviceWorker.getRegistration();
  await worker?.pushManager?.getSubscription().then((shown) => shown?.unsubscribe()).catch(() => undefined);
  await wipe();
}
