// Finds the number that the server asks for, by trying (SHA-256), in a worker of its own, and hands it in.
// Own arithmetic: the browser's is there on encrypted pages alone.
const K = Uint32Array.from({ length: 64 }, (_, n) => root(primes(64)[n], 3));
const START = Uint32Array.from({ length: 8 }, (_, n) => root(primes(8)[n], 2));

function primes(count) {
  const found = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found;
}

// The first 32 bits behind the point of a root, by whole numbers: floating ones are not exact enough.
function root(number, degree) {
  const wanted = BigInt(number) << BigInt(32 * degree);
  let low = 0n, high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(degree) <= wanted) low = middle; else high = middle;
  }
  return Number(low & 0xffffffffn);
}

const w = new Uint32Array(64);

// The digest of one padded block of 16 words, as 8 words.
function digest(block, state) {
  w.set(block);
  for (let n = 16; n < 64; n++) {
    const x = w[n - 15], y = w[n - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[n] = w[n - 16] + s0 + w[n - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let n = 0; n < 64; n++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[n] + w[n]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, n) => { state[n] = START[n] + value; });
}

const hex = (words) => Array.from(words, (word) => word.toString(16).padStart(8, "0")).join("");
const words = (text) => text.match(/.{8}/g).map((part) => parseInt(part, 16));

// Salt, nonce and a counter of 32 bits are 36 bytes: they fit one block with its padding.
function solve({ salt, nonce, keyPrefix }) {
  const block = new Uint32Array(16), state = new Uint32Array(8);
  block.set([...words(salt), ...words(nonce), 0, 0x80000000]);
  block[15] = 36 * 8;
  const wanted = words(keyPrefix);
  for (let counter = 0; counter < 0x7fffffff; counter++) {
    block[8] = counter;
    digest(block, state);
    if (wanted.every((word, n) => state[n] === word)) return { counter, derivedKey: hex(state) };
  }
  return null;
}

if (typeof document === "undefined") {
  onmessage = ({ data }) => postMessage(solve(data));
} else {
  const form = document.getElementById("work");
  const challenge = JSON.parse(form.dataset.challenge);
  const worker = new Worker(document.currentScript.src);
  form.hidden = false;
  worker.onmessage = ({ data }) => {
    form.elements.altcha.value = btoa(JSON.stringify({ challenge, solution: data }));
    form.submit();
  };
  worker.postMessage(challenge.parameters);
}
