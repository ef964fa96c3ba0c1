/// <reference lib="webworker" />
// The service worker: an own device opens the pages below even without network, and what waits is sent when the
// network is back. The server puts the list of what to hold in front of this script.
import { sendAll } from "./offline/send";

declare const self: ServiceWorkerGlobalScope & {
  HELD: { version: string; files: string[]; shells: Record<string, string> };
};

const PATIENCE = 6000;
const held = self.HELD;
const name = `vungxanh-${held.version}`;
const shells = Object.entries(held.shells).sort(([one], [other]) => other.length - one.length);

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  // The page is asked for while this script is still starting.
  event.waitUntil(Promise.all([forgetOld(), self.registration.navigationPreload?.enable()]).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "refresh") event.waitUntil(refreshShells());
});

self.addEventListener("sync", (event) => {
  if ((event as Event & { tag: string }).tag === "send") (event as ExtendableEvent).waitUntil(sendAll());
});

// What a message says is fixed words of the server; what it is about is read after opening.
self.addEventListener("push", (event) => {
  const said = event.data?.json() as { text: string; number: number } | undefined;
  if (said) event.waitUntil(self.registration.showNotification("Vùng Xanh", { body: said.text, tag: String(said.number), icon: "/static/dist/icon-192.png" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("/thong-bao/"));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/dist/")) return event.respondWith(fromCache(request));
  const shell = request.mode === "navigate" ? shells.find(([prefix]) => pathname === prefix || (prefix !== "/" && pathname.startsWith(prefix)))?.[1] : undefined;
  if (shell) event.respondWith(fromNetwork(event, shell));
});

async function fill(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll(held.files);
  await refreshShells();
}

// The form in force may have changed; the next offline opening has the new one.
async function refreshShells(): Promise<void> {
  const cache = await caches.open(name);
  const pages = [...new Set(Object.values(held.shells))];
  await Promise.all(pages.map(async (page) => {
    const answer = await fetch(page, { cache: "reload", credentials: "omit" }).catch(() => undefined);
    if (answer?.ok) await cache.put(page, answer);
  }));
}

async function forgetOld(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one !== name).map((one) => caches.delete(one)));
}

// Names of built files change with their content.
async function fromCache(request: Request): Promise<Response> {
  const cache = await caches.open(name);
  const known = await cache.match(request, { ignoreSearch: true });
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

// A network that answers nothing for some seconds is none.
async function fromNetwork(event: FetchEvent, shell: string): Promise<Response> {
  const late = new Promise<undefined>((then) => setTimeout(then, PATIENCE));
  const answer = await Promise.race([reached(event), late]);
  if (answer && answer.status < 500) return answer;
  return (await caches.match(shell)) ?? answer ?? Response.error();
}

async function reached(event: FetchEvent): Promise<Response | undefined> {
  try {
    return ((await event.preloadResponse) as Response | undefined) ?? (await fetch(event.request));
  } catch {
    return undefined;
  }
}
