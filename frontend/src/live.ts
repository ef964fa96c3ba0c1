// An open board keeps up: over one stream the server tells that something changed, and the board is asked for again, at
// most every three seconds. Without the stream it is asked for every 30 seconds. A page that nobody sees asks nothing.

const POLL = 30_000;
const AT_LEAST = 60_000;
const PAUSE = 3000;
const JITTER = 700;
const TRY_AGAIN = 60_000;

interface Asked {
  detail: { ctx: { sourceElement?: Element; response?: { raw: Response } } };
}

export function followBoard(state: HTMLElement): void {
  const [live = "", polled = "", lost = ""] = (state.dataset.words ?? "").split("|");
  const id = state.dataset.live ?? "";
  let source: EventSource | undefined;
  let asked = Date.now();
  let waiting = 0;
  let isLive = false;
  let isLost = false;

  const board = () => document.getElementById(id);

  function show(): void {
    state.dataset.state = isLost ? "lost" : isLive ? "live" : "polled";
    const text = isLost ? `${lost} ${board()?.dataset.at ?? ""}` : isLive ? live : polled;
    if (state.textContent !== text) state.textContent = text;
  }

  function ask(): void {
    clearTimeout(waiting);
    waiting = 0;
    asked = Date.now();
    board()?.dispatchEvent(new CustomEvent("refresh"));
  }

  function askSoon(): void {
    waiting ||= window.setTimeout(ask, Math.max(0, asked + PAUSE - Date.now()) + Math.random() * JITTER);
  }

  function open(): void {
    if (source || document.hidden || !("EventSource" in window)) return;
    source = new EventSource(state.dataset.stream ?? "");
    source.addEventListener("mark", ({ data }) => {
      isLive = true;
      show();
      if (data !== board()?.dataset.mark) askSoon();
    });
    source.addEventListener("error", () => {
      isLive = false;
      show();
      // Refused, or too many already: polling goes on meanwhile.
      if (source?.readyState === EventSource.CLOSED) close();
    });
  }

  function close(): void {
    source?.close();
    source = undefined;
    isLive = false;
  }

  let tried = Date.now();
  setInterval(() => {
    if (document.hidden) return;
    if (Date.now() - asked >= (isLive ? AT_LEAST : POLL)) ask();
    if (!source && Date.now() - tried >= TRY_AGAIN) {
      tried = Date.now();
      open();
    }
  }, 1000);

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    open();
    askSoon();
  });

  document.addEventListener("htmx:finally:request", (event) => {
    const { sourceElement, response } = (event as unknown as Asked).detail.ctx;
    if (sourceElement?.id !== id) return;
    isLost = !response?.raw.ok;
    show();
  });

  // What somebody opened to read stays open, and what is turned away stays away, when the board is drawn anew.
  (window as unknown as { htmx: { config: { morphIgnore: string[] } } }).htmx.config.morphIgnore.push("open", "hidden");
  show();
  open();
}
