/** What the gallery benchmark does inside of the page. Each function travels as its own text: it may use nothing from outside. */

/** Put in before the page's own scripts: notes when the first grid is whole, and what blocks the page. */
export function watchPage() {
  const notes = { painted: null, blocks: [] };
  window.benchNotes = notes;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) notes.blocks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const tiles = [...document.querySelectorAll('[data-testid=gallery-grid] [data-testid=tile]')].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    const whole = (tile) => {
      const images = [...tile.querySelectorAll('img')];
      return tile.childElementCount > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
    };
    if (tiles.length > 0 && tiles.every(whole)) notes.painted = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Milliseconds that the whole index takes from the asking to the page. */
export async function readIndex() {
  const start = performance.now();
  const answer = await window.bridge.invoke('get_gallery_index', {});
  return { ms: performance.now() - start, assets: answer.data.asset_ids.length };
}

/**
 * Scrolls the element evenly and notes the time of each frame, and how long a cell that came into sight stayed blank.
 * `pixels: null` is everything; after the last frame it waits until nothing in sight is blank.
 */
export async function scrollThrough({ selector, pixels, seconds, from }) {
  const element = document.querySelector(selector);
  const room = element.scrollHeight - element.clientHeight;
  const way = pixels === null ? room : Math.min(room - from, pixels);
  const frames = [];
  const blankSince = new Map();
  let longestBlank = 0;
  const { top: edge, bottom: end } = element.getBoundingClientRect();
  const isBlank = (tile) =>
    tile.childElementCount === 0 ||
    [...tile.querySelectorAll('img')].some((image) => !(image.complete && image.naturalWidth > 0));
  /** Whether anything in sight is blank. */
  const lookAtCells = (now) => {
    const seen = new Set();
    for (const tile of element.querySelectorAll('[data-testid=tile]')) {
      const { top, bottom } = tile.getBoundingClientRect();
      if (bottom <= edge || top >= end || !isBlank(tile)) continue;
      seen.add(tile.dataset.assetId);
      if (!blankSince.has(tile.dataset.assetId)) blankSince.set(tile.dataset.assetId, now);
    }
    for (const [id, since] of blankSince) {
      longestBlank = Math.max(longestBlank, now - since);
      if (!seen.has(id)) blankSince.delete(id);
    }
    return seen.size > 0 || element.querySelector('[data-flying]') !== null;
  };
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  // A jump there, as the scrubber makes it, before it scrolls on.
  const jumped = performance.now();
  element.scrollTop = from;
  await nextFrame();
  await nextFrame();
  while (lookAtCells(performance.now()) && performance.now() - jumped < 10_000) await nextFrame();
  const landed = performance.now() - jumped;
  await new Promise((resolve) => setTimeout(resolve, 700));
  blankSince.clear();
  longestBlank = 0;
  return new Promise((resolve) => {
    let start = null;
    let last = 0;
    let stopped = null;
    const frame = (now) => {
      start ??= now;
      if (stopped === null) {
        if (last > 0) frames.push(now - last);
        last = now;
        element.scrollTop = from + way * Math.min(1, (now - start) / (seconds * 1000));
        if (now - start >= seconds * 1000) stopped = now;
        lookAtCells(now);
        requestAnimationFrame(frame);
      } else if (lookAtCells(now) && now - stopped < 10_000) requestAnimationFrame(frame);
      else resolve({ frames: frames.slice(5), landed, longestBlank, settled: now - stopped });
    };
    requestAnimationFrame(frame);
  });
}

/** An empty page that scrolls as far, in the place of the grid. */
export function showEmptyPage(height) {
  const page = document.createElement('div');
  page.id = 'empty-page';
  page.style.cssText =
    'position:fixed;inset:44px 0 28px 264px;overflow-y:scroll;z-index:1000;background:#151412;contain:strict';
  const inside = document.createElement('div');
  inside.style.height = `${height}px`;
  page.append(inside);
  document.body.append(page);
}

/** Opens one of the pictures in sight and waits for the lightbox to show something, then the original. */
export async function openLightbox(number) {
  const tile = document.querySelectorAll('[data-testid=gallery-grid] [data-testid=tile]:has(img)')[number];
  const start = performance.now();
  tile.focus();
  tile.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true }));
  const until = async (holds) => {
    while (!holds()) await new Promise((resolve) => requestAnimationFrame(resolve));
    return performance.now() - start;
  };
  const there = (image) => image?.complete && image.naturalWidth > 0;
  const shown = await until(() => [...document.querySelectorAll('[data-testid=lightbox] figure img')].some(there));
  const original = await until(() => there(document.querySelector('[data-testid=lightbox-original]')));
  return { shown, original };
}
