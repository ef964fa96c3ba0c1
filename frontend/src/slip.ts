// <form data-slip>: the QR of an activation slip carries its code behind #, which no server sees. It is put into the
// field and sent, and taken out of the address, so that it does not stay in the history.

export function readSlip(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-slip]");
  const code = decodeURIComponent(location.hash.slice(1));
  const field = form?.querySelector<HTMLInputElement>("input[name=code]");
  if (!form || !field || !code) return;
  history.replaceState(null, "", location.pathname);
  field.value = code;
  form.requestSubmit();
}
