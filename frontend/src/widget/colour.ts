// An account may have any colour. What stands on it, and where it stands itself, is made readable (WCAG 2.2 AA).

type Rgb = [number, number, number];

const PETROL: Rgb = [11, 98, 93];
/** The surfaces of the two schemes, as in tokens.css: what we write in the colour lies on these. */
const SURFACES = { light: [255, 254, 251], dark: [29, 28, 25] } as const;

/** Custom properties for the root of the widget. */
export function coloursOf(colour: string): Record<string, string> {
  const brand = parse(colour) ?? PETROL;
  const onBrand: Rgb = contrast(brand, [255, 255, 255]) >= contrast(brand, [0, 0, 0]) ? [255, 255, 255] : [0, 0, 0];
  return {
    "--brand": css(brand),
    "--on-brand": css(onBrand),
    // Under the pointer away from the words on it, so that those stay as readable.
    "--brand-hover": css(mix(brand, onBrand[0] ? [0, 0, 0] : [255, 255, 255], 0.12)),
    "--brand-light": css(readable(brand, [...SURFACES.light], [0, 0, 0])),
    "--brand-dark": css(readable(brand, [...SURFACES.dark], [255, 255, 255])),
    "--ring-light": ringOf(brand, [...SURFACES.light], onBrand),
    "--ring-dark": ringOf(brand, [...SURFACES.dark], onBrand),
  };
}

/** The colour itself if it can be read on this surface, else as much further as it takes. */
function readable(colour: Rgb, surface: Rgb, towards: Rgb): Rgb {
  const steps = Array.from({ length: 21 }, (_, step) => mix(colour, towards, step / 20));
  return steps.find((tried) => contrast(tried, surface) >= 5) ?? towards;
}

/** An edge for what would not be seen on this surface, such as white on paper. */
function ringOf(brand: Rgb, surface: Rgb, onBrand: Rgb): string {
  return contrast(brand, surface) < 1.6 ? css(mix(brand, onBrand, 0.35)) : "transparent";
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: Rgb, other: Rgb): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(colour: Rgb, other: Rgb, part: number): Rgb {
  return colour.map((value, at) => Math.round(value + (other[at]! - value) * part)) as Rgb;
}

/** #rgb and #rrggbb. */
function parse(colour: string): Rgb | null {
  const [, digits = ""] = /^#([\da-f]{6}|[\da-f]{3})$/i.exec(colour.trim()) ?? [];
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const parts = long.match(/../g)?.map((pair) => parseInt(pair, 16));
  return parts ? (parts as Rgb) : null;
}

function css(colour: Rgb): string {
  return `rgb(${colour.join(" ")})`;
}
