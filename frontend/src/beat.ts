// The worker of `desk-beat`: one tab of a browser speaks for all.
const EVERY = 4000;

self.onmessage = ({ data }: MessageEvent<{ url: string; headers: Record<string, string> }>) => {
  const speak = () => beatOn(data.url, data.headers);
  // Without a secure address there are no locks: then each tab speaks for itself.
  if (navigator.locks) void navigator.locks.request("ninelives-beat", speak);
  else void speak();
};

async function beatOn(url: string, headers: Record<string, string>): Promise<never> {
  for (;;) {
    await fetch(url, { method: "POST", headers }).catch(() => null);
    await new Promise((next) => setTimeout(next, EVERY));
  }
}
