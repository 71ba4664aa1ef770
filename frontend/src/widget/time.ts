// Moments in the reader's own words, language and time zone.
import { type Language, words } from "./words";

const LOCALE = { en: "en-GB", nl: "nl-NL" };

export function timeOf(at: Date, language: Language): string {
  return at.toLocaleTimeString(LOCALE[language], { hour: "2-digit", minute: "2-digit" });
}

export function momentOf(at: Date, language: Language): string {
  return at.toLocaleString(LOCALE[language], { dateStyle: "full", timeStyle: "short" });
}

export function dayOf(at: Date, language: Language, now = new Date()): string {
  const ago = daysBetween(at, now);
  if (ago === 0) return words[language].today;
  if (ago === 1) return words[language].yesterday;
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const told = at.toLocaleDateString(LOCALE[language], { weekday: "long", day: "numeric", month: "long", year });
  return told.charAt(0).toUpperCase() + told.slice(1);
}

/** "at 09:00", "tomorrow at 09:00", "on Monday at 09:00" as each language has it. */
export function openingOf(at: Date, language: Language, now = new Date()): string {
  const ahead = -daysBetween(at, now);
  const long = ahead > 6 ? ({ day: "numeric", month: "long" } as const) : ({ weekday: "long" } as const);
  const named = (language === "en" ? "on " : "") + at.toLocaleDateString(LOCALE[language], long);
  const day = ahead === 0 ? "" : ahead === 1 ? words[language].tomorrow : named;
  return words[language].at(day, timeOf(at, language));
}

export function daysBetween(earlier: Date, later: Date): number {
  const [from, to] = [earlier, later].map((at) => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate())) as [number, number];
  return Math.round((to - from) / 86_400_000);
}

export function sizeOf(bytes: number, language: Language): string {
  const [unit, size] = bytes >= 1e6 ? ["megabyte", bytes / 1e6] : ["kilobyte", Math.max(1, bytes / 1e3)];
  const style = { style: "unit", unit: unit as string, maximumFractionDigits: unit === "megabyte" && (size as number) < 10 ? 1 : 0 } as const;
  return (size as number).toLocaleString(LOCALE[language], style);
}
