// Looking for QR codes in the picture of the camera: with the browser's own reader where it has one, else with ours.
import { BarcodeDetector as Ours, prepareZXingModule } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

interface Reader {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

type Native = { new (options: { formats: string[] }): Reader; getSupportedFormats(): Promise<string[]> };

const PAUSE = 150;
const SAME_AGAIN = 5000;

const native = async (): Promise<Native | undefined> => {
  const known = (globalThis as { BarcodeDetector?: Native }).BarcodeDetector;
  const formats: string[] = known ? await known.getSupportedFormats().catch(() => []) : [];
  return formats.includes("qr_code") ? known : undefined;
};

// So that a gate can read codes after the network is gone.
export async function warm(): Promise<void> {
  if (!(await native())) await fetch(wasm);
}

async function reader(): Promise<Reader> {
  const known = await native();
  if (known) return new known({ formats: ["qr_code"] });
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new Ours({ formats: ["qr_code"] });
}

// Looks until `used` says no or somebody stops it. Returns the name of what is in the way, or nothing once it looks.
export async function look(part: HTMLElement, used: (text: string) => boolean): Promise<"" | "refused" | "none" | "missing"> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    return error instanceof DOMException && error.name === "NotAllowedError" ? "refused" : "none";
  }
  const eye = await reader().catch(() => undefined);
  const video = part.querySelector("video");
  if (!eye || !video) {
    stop(stream);
    return "missing";
  }
  video.srcObject = stream;
  await video.play();
  show(part, true);
  void watch(part, video, eye, used).finally(() => {
    stop(stream);
    show(part, false);
  });
  return "";
}

const stop = (stream: MediaStream): void => stream.getTracks().forEach((track) => track.stop());

function show(part: HTMLElement, isOn: boolean): void {
  part.querySelectorAll<HTMLElement>("[data-while-looking]").forEach((shown) => (shown.hidden = !isOn));
}

// The same code in the next seconds is the same person, still holding it up.
async function watch(part: HTMLElement, video: HTMLVideoElement, eye: Reader, used: (text: string) => boolean): Promise<void> {
  let isOn = true;
  let last = { text: "", at: 0 };
  part.addEventListener("camera:stop", () => (isOn = false), { once: true });
  addEventListener("pagehide", () => (isOn = false), { once: true });
  while (isOn) {
    const [found] = await eye.detect(video).catch(() => []);
    const text = found?.rawValue.trim() ?? "";
    const isNew = text && (text !== last.text || Date.now() - last.at > SAME_AGAIN);
    if (text) last = { text, at: Date.now() };
    if (isNew && isOn) isOn = used(text);
    await new Promise((then) => setTimeout(then, PAUSE));
  }
}
