// Passes checked on the device: signed by the installation (ES256), of this time, not revoked, of this agency or,
// for a visitor, of this site.
import type { Shift } from "./shift";

export interface Claims {
  jti: string;
  sub: string;
  name: string;
  kind: "STAFF" | "VISITOR";
  agency: string;
  site?: string;
  iat: number;
  nbf?: number;
  exp: number;
}

const LONGEST = 2000;
export const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

// The claims of a pass of ours, with the code of the reason where it opens nothing any more; without claims it is no pass.
export async function readPass(shift: Shift, text: string, now: number): Promise<{ claims?: Claims; reason: string }> {
  const claims = text.length > LONGEST ? undefined : await signedClaims(shift, text).catch(() => undefined);
  if (!claims || !Number.isInteger(claims.exp) || typeof claims.jti !== "string") return { reason: text.length > LONGEST ? "UNREADABLE" : "FORGED" };
  if (now / 1000 >= claims.exp) return { reason: "EXPIRED" };
  if (claims.nbf !== undefined && now / 1000 < claims.nbf) return { reason: "EARLY" };
  if (shift.revoked.includes(claims.jti)) return { claims, reason: "REVOKED" };
  if (claims.kind === "VISITOR") return { claims, reason: claims.site === shift.site ? "" : "OTHER_SITE" };
  return { claims, reason: claims.agency === shift.agency ? "" : "FOREIGN" };
}

async function signedClaims(shift: Shift, text: string): Promise<Claims | undefined> {
  const [head = "", body = "", signature = ""] = text.split(".");
  const { alg, kid } = parsed<{ alg?: string; kid?: string }>(head);
  const jwk = shift.pass_keys.find((key) => key.kid === kid);
  if (alg !== "ES256" || !jwk) return undefined;
  const { kty, crv, x, y } = jwk;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const isOurs = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytes(signature), new TextEncoder().encode(`${head}.${body}`));
  return isOurs ? parsed<Claims>(body) : undefined;
}

const parsed = <T>(part: string): T => JSON.parse(new TextDecoder().decode(bytes(part))) as T;

function bytes(part: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}
