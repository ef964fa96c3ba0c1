// A photograph is made smaller before it travels: a sheet of 8 MB takes minutes on a weak line. Where the browser cannot,
// it goes as it is, and the server makes it smaller. What the camera wrote beside the picture does not leave the device.

const LONGEST_EDGE = 2200;
const QUALITY = 0.8;

export function shrinkPhotographs(): void {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement && input.type === "file" && input.closest("form[data-photograph]")) void shrink(input);
  });
}

async function shrink(input: HTMLInputElement): Promise<void> {
  const chosen = [...(input.files ?? [])];
  const button = input.form?.querySelector("button");
  button?.setAttribute("aria-busy", "true");
  try {
    const files = new DataTransfer();
    for (const file of chosen) files.items.add(await smallerOf(file));
    const isStillChosen = input.files?.length === chosen.length && chosen.every((file, at) => input.files?.[at] === file);
    if (isStillChosen) input.files = files.files;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

async function smallerOf(file: File): Promise<File> {
  try {
    const smaller = await redrawn(file);
    return smaller && smaller.size < file.size ? new File([smaller], "photograph.jpg", { type: "image/jpeg" }) : file;
  } catch {
    // Not a picture, or one that this browser cannot read: the server says so in words.
    return file;
  }
}

async function redrawn(file: File): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
