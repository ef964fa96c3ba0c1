// The one script of the pages: HTMX with our settings, and some small comforts. Every page works without it.
import htmx from "htmx.org";
import "./styles/main.scss";
import "./icons.svg?url";
import "./mark.svg?url";
import { startDeadlines } from "./deadline";
import { keepDrafts } from "./draft";
import { closeMenus } from "./menu";
import { showRefusal } from "./refused";
import { readSlip } from "./slip";
import { guardSubmits } from "./submit";
import { showOpenTabs } from "./tabs";

// A refused form (422) is swapped in with its errors; after a fault of the server the page stays as it is.
htmx.config.noSwap = [204, 304, "5xx" as unknown as number];
htmx.config.includeIndicatorCSS = false;
htmx.config.transitions = false;

document.addEventListener("htmx:config:request", (event) => {
  const { request } = (event as CustomEvent<{ ctx: { request: { method: string; headers: Record<string, string> } } }>).detail.ctx;
  const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value;
  if (token && request.method !== "GET") request.headers["X-CSRFToken"] = token;
});

// An answer that was led elsewhere is a page of its own: the session is over. The page asks again, and comes back after signing in.
document.addEventListener("htmx:before:response", (event) => {
  const { response } = (event as CustomEvent<{ ctx: { response: { raw: Response } } }>).detail.ctx;
  if (!response.raw.redirected) return;
  event.preventDefault();
  location.reload();
});

startDeadlines();
showOpenTabs();
keepDrafts();
closeMenus();
guardSubmits();
showRefusal();
readSlip();
addEventListener("hashchange", readSlip);

if (document.querySelector("[data-photograph]")) void import("./photograph").then(({ shrinkPhotographs }) => shrinkPhotographs());
if (document.querySelector("[data-copy]")) void import("./copy").then(({ offerCopies }) => offerCopies());
if (document.querySelector("[data-camera]")) void import("./camera/offer").then(({ offerCamera }) => offerCamera());

const live = document.querySelector<HTMLElement>("[data-live]");
if (live) void import("./live").then(({ followBoard }) => followBoard(live));
if (document.querySelector("[data-push]")) void import("./push").then(({ offerPush }) => offerPush());

// The rest is fetched only where a device is one's own or could become so.
if (document.querySelector("[data-queue]") || localStorage.getItem("vungxanh:kept")) void import("./offline").then(({ startOffline }) => startOffline());
