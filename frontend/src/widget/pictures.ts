// Pictures are painted rather than linked: a page's policy often forbids images from elsewhere, and reading them by
// fetch is allowed wherever the chat is.

const WIDEST = 240;
const HIGHEST = 220;
const LARGEST = 15_000_000;

export function isPicture(file: { media_type: string; size: number }): boolean {
  return /^image\/(png|jpe?g|gif|webp|avif|bmp)$/.test(file.media_type) && file.size <= LARGEST;
}

/** When it comes into sight; null at the end means that the file's name must do. */
export function paintInSight(canvas: HTMLCanvasElement, read: () => Promise<Blob>, failed: () => void): void {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    read().then((blob) => paint(canvas, blob)).catch(failed);
  });
  watcher.observe(canvas);
}

export async function readPicture(url: string): Promise<Blob> {
  const answer = await fetch(url, { credentials: "omit", mode: "cors" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.blob();
}

export async function paint(canvas: HTMLCanvasElement, blob: Blob): Promise<void> {
  const whole = await createImageBitmap(blob);
  const scale = Math.min(1, WIDEST / whole.width, HIGHEST / whole.height);
  const density = Math.min(3, window.devicePixelRatio || 1);
  const [width, height] = [whole.width * scale, whole.height * scale];
  canvas.width = Math.round(Math.min(whole.width, width * density));
  canvas.height = Math.round(Math.min(whole.height, height * density));
  canvas.style.width = `${width}px`;
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
}
