// What the script tag says: which account, which language, and who is here if the page knows.
import type { Language } from "./words";

/** As the page tells it. `signature` and `emailSignature` are made by the shop's server; we only hand them on. */
export interface Identity {
  id?: string;
  signature?: string;
  email?: string;
  emailSignature?: string;
  name?: string;
}

export interface Tag {
  key: string;
  /** Of Ninelives, with the slash: where the script came from. */
  base: string;
  language: Language;
  identity: Identity;
}

const IDENTITY = ["id", "signature", "email", "emailSignature", "name"] as const;

export function readTag(script: HTMLOrSVGScriptElement | null): Tag | null {
  const { key, language } = script?.dataset ?? {};
  if (!(script instanceof HTMLScriptElement) || !key) {
    console.warn("Ninelives: the script tag needs data-key");
    return null;
  }
  return {
    key,
    base: new URL(".", script.src).href,
    language: languageOf(language || document.documentElement.lang || navigator.language),
    identity: cleanIdentity(script.dataset),
  };
}

/** Only what we know, only words, and nothing empty: a page's template often leaves an attribute blank. */
export function cleanIdentity(told: Record<string, unknown>): Identity {
  const pairs = IDENTITY.map((name) => [name, told[name]] as const);
  const filled = pairs.filter(([, value]) => (typeof value === "string" || typeof value === "number") && `${value}`.trim());
  return Object.fromEntries(filled.map(([name, value]) => [name, `${value as string}`.trim()]));
}

function languageOf(tag: string): Language {
  return /^nl\b/i.test(tag) ? "nl" : "en";
}
