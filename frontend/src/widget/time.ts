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
  return capital(told);
}

export function capital(told: string): string {
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

/** As an opening; and midnight is a minute before it, as nobody knows of which day it is. */
export function dueOf(at: Date, language: Language): string {
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  return openingOf(isMidnight ? new Date(+at - 60_000) : at, language);
}

/** A span of waiting as people say it, rounded outwards: "about 2 to 4 minutes". Given in seconds. */
export function spanOf(low: number, high: number, language: Language): string {
  const said = words[language];
  if (high < 30) return said.moments;
  const most = Math.ceil(high / 60);
  const step = most <= 10 ? 1 : most <= 60 ? 5 : 60;
  const to = Math.ceil(most / step);
  const from = Math.floor(low / 60 / step);
  const [least, longest] = step === 60 ? [from, said.hours(to)] : [from * step, said.minutes(to * step)];
  if (least < 1) return said.lessThan(longest);
  return said.about(from === to ? longest : said.to(least, longest));
}

/** As within a sentence: "today, 09:30 to 10:00". */
export function slotOf(at: Date, minutes: number, language: Language): string {
  const until = new Date(+at + minutes * 60_000);
  const ahead = daysBetween(new Date(), at);
  const long = ahead > 6 ? ({ weekday: "long", day: "numeric", month: "long" } as const) : ({ weekday: "long" } as const);
  const { today, tomorrow } = words[language];
  const day = ahead === 0 ? today.toLowerCase() : ahead === 1 ? tomorrow : at.toLocaleDateString(LOCALE[language], long);
  return words[language].slotOf(day, timeOf(at, language), timeOf(until, language));
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
