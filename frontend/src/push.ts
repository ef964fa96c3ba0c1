// Messages on an own device: its owner asks for them, then the browser asks its owner.
export function offerPush(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-push]");
  if (!form || !localStorage.getItem("vungxanh:kept") || !("PushManager" in window)) return;
  form.hidden = false;
  document.querySelector<HTMLElement>("[data-push-other]")!.hidden = true;
  form.addEventListener("submit", (event) => {
    if (form.dataset.settled) return;
    event.preventDefault();
    void subscribe(form);
  });
}

async function subscribe(form: HTMLFormElement): Promise<void> {
  try {
    const { pushManager } = await navigator.serviceWorker.ready;
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.push });
    const { endpoint, keys } = made.toJSON();
    const said: Record<string, string | undefined> = { endpoint, public_key: keys?.p256dh, secret: keys?.auth };
    for (const [name, value] of Object.entries(said)) form.querySelector<HTMLInputElement>(`[name=${name}]`)!.value = value ?? "";
    form.dataset.settled = "yes";
    form.requestSubmit();
  } catch {
    form.querySelector<HTMLElement>("[data-push-refused]")!.hidden = false;
  }
}
