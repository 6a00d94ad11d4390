// What a trustee's page fetches; what it sends goes the booth's way (booth-requests.js).

const TIMEOUT = 60000; // milliseconds

async function ask(address, read) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const response = await fetch(address, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: stop.signal,
    });
    if (response.ok) return { value: await read(response, () => clearTimeout(timer)) };
    const answer = await response.json();
    if (response.status === 429 || response.status >= 500 || !answer.refusal) {
      return { unreachable: true, sentence: answer.sentence };
    }
    return { refused: answer };
  } catch (error) {
    return { unreachable: true };
  } finally {
    clearTimeout(timer);
  }
}

// -> {value} | {refused: {refusal, sentence}} | {unreachable: true, sentence?}. Never throws.
export const fetched = (address) => ask(address, (response) => response.json());

// The bytes at an address; throws what `fetched` answers if there are none. `progress(done, total)` counts bytes.
export async function received(address, progress) {
  const answer = await ask(address, async (response, begun) => {
    begun(); // a large record takes its time
    const total = Number(response.headers.get("Content-Length")) || 1;
    const reader = response.body.getReader();
    const parts = [];
    let length = 0;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
      progress(Math.min(length, total), total);
    }
    const whole = new Uint8Array(length);
    parts.reduce((at, part) => {
      whole.set(part, at);
      return at + part.length;
    }, 0);
    return whole;
  });
  if (!answer.value) throw answer.refused || answer;
  return answer.value;
}
