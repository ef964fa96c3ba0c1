// What an own device does on every page: hear the agency's clock, send what waits, and work without network.
import { queueDeclarations } from "./declaring";
import { forgetOnSignOut } from "./leaving";
import { showQueue } from "./panel";
import { sendAll } from "./send";
import { agencyNow, isPossible, noteClock, ownDevice } from "./store";

export async function startOffline(): Promise<void> {
  if (!isPossible()) return;
  const said = document.documentElement.dataset.now;
  if (said) await noteClock(Date.parse(said) - Date.now());
  queueDeclarations();
  showQueue();
  if (document.querySelector("[data-gate-console]")) void import("./gate/console").then(({ startConsole }) => startConsole());
  await chooseWindow();
  sayWhetherOnline();
  if (!(await ownDevice())) return;
  forgetOnSignOut();
  const worker = await navigator.serviceWorker.register("/sw.js");
  worker.active?.postMessage("refresh");
  addEventListener("online", () => void sendAll());
  await sendAll();
  if (document.querySelector("[data-queue]")) await (worker as { sync?: { register(tag: string): Promise<void> } }).sync?.register("send").catch(() => undefined);
}

// The shell holds the form of each window and shows the one of the hour; the other is a tap away.
async function chooseWindow(): Promise<void> {
  const tabs = [...document.querySelectorAll<HTMLButtonElement>("button[data-window]")];
  if (!tabs.length) return;
  const hour = new Date(await agencyNow()).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
  const show = (wanted: string): void => {
    tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.window === wanted)));
    document.querySelectorAll<HTMLElement>("[data-of-window]").forEach((part) => (part.hidden = part.dataset.ofWindow !== wanted));
  };
  tabs.forEach((tab) => tab.addEventListener("click", () => show(tab.dataset.window ?? "")));
  const open = tabs.filter((tab) => (tab.dataset.opens ?? "") <= hour).at(-1) ?? tabs[0];
  show(open?.dataset.window ?? "");
}

function sayWhetherOnline(): void {
  const note = document.querySelector<HTMLElement>("[data-no-network]");
  const show = (): void => void (note && (note.hidden = navigator.onLine));
  addEventListener("online", show);
  addEventListener("offline", show);
}
