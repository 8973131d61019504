/** Numbers, times and names as a person reads them. Pure: the clock and the zone come from the caller's machine. */

const integers = new Intl.NumberFormat('en-GB');

/** 12480 → "12,480". */
export function formatCount(value: number): string {
  return integers.format(value);
}

/** Seconds of work or waiting: "0.4 s", "6 s", "1 min 20 s", "2 h 5 min". Negative counts as none. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  const whole = Math.max(0, seconds);
  if (whole < 10) return `${trimZero(whole)} s`;
  const rounded = Math.round(whole);
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) {
    const rest = rounded % 60;
    return rest === 0 ? `${Math.floor(rounded / 60)} min` : `${Math.floor(rounded / 60)} min ${rest} s`;
  }
  const minutes = Math.round((rounded % 3600) / 60);
  const hours = Math.floor(rounded / 3600);
  if (minutes === 60) return `${hours + 1} h`;
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
}

/** How long something took, with tenths below a minute: "11.2 s", "1 min 20 s". */
export function formatTook(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  return seconds < 59.95 ? `${seconds.toFixed(1)} s` : formatSeconds(seconds);
}

/** Seconds left, without tenths: a countdown that jumps by tenths is noise. */
export function formatLeft(seconds: number): string {
  return formatSeconds(Math.max(1, Math.ceil(seconds)));
}

function trimZero(value: number): string {
  const text = value.toFixed(1);
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

/** Time within a song or a film: "0:05", "12:34", "1:02:03". */
export function formatClock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** How long a sound or film is; below a second in tenths, since "0:00" looks like nothing at all. */
export function formatLength(seconds: number): string {
  return seconds > 0 && seconds < 1 ? formatTook(Math.max(100, seconds * 1000)) : formatClock(seconds);
}

/** Bytes in the units file managers use (1 kB = 1000 B): "512 B", "43 kB", "1.9 MB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit >= 2 && value < 99.95 ? trimZero(value) : String(Math.round(value));
  return `${text} ${units[unit] ?? 'B'}`;
}

/** Memory of a device, in the units cards are sold by (1 GB = 2^30): "24", "14.2". */
export function formatGigabytes(bytes: number): string {
  const value = bytes / 1024 ** 3;
  return value >= 99.95 ? String(Math.round(value)) : trimZero(value);
}

/** "14 of 28"; empty when there is nothing to count. */
export function formatSteps(value: number, max: number): string {
  return max > 1 ? `${Math.min(value, max)} of ${max}` : '';
}

/** 2871440193 → "2 871 440 193" with gaps that don't break. */
export function formatSeed(seed: number): string {
  return String(seed).replace(/\B(?=(\d{3})+(?!\d))/g, '\u00a0');
}

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const weekdayDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const dayMonthYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const fullDay = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** Midnight, local time, of the day that holds `time` (milliseconds since the epoch). */
export function startOfDay(time: number): number {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Midnight of the day before the one that begins at `day`. Not always 24 hours: clocks change. */
export function dayBefore(day: number): number {
  const date = new Date(day);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1).getTime();
}

/** Heading of a day: a name where there is one, else the date, and the date in full beside it. */
export function formatDay(day: number, now: number): { name: string; date: string } {
  const today = startOfDay(now);
  const sameYear = new Date(day).getFullYear() === new Date(now).getFullYear();
  const date = (sameYear ? weekdayDay : fullDay).format(day).replace(',', '');
  if (day === today) return { name: 'Today', date };
  if (day === dayBefore(today)) return { name: 'Yesterday', date };
  const [weekday = '', ...rest] = date.split(' ');
  return { name: rest.join(' '), date: weekday };
}

/** "14:32". */
export function formatTime(time: number): string {
  return clockTime.format(time);
}

/** A moment in a sentence: "Today 14:32", "Yesterday 18:04", "12 November 09:15", "3 March 2024". */
export function formatMoment(time: number, now: number): string {
  const day = startOfDay(time);
  const today = startOfDay(now);
  if (day === today) return `Today ${formatTime(time)}`;
  if (day === dayBefore(today)) return `Yesterday ${formatTime(time)}`;
  if (new Date(time).getFullYear() === new Date(now).getFullYear())
    return `${dayMonth.format(time)} ${formatTime(time)}`;
  return dayMonthYear.format(time);
}

/** How long ago: "just now", "20 s ago", "4 min ago", "3 h ago", "2 days ago". */
export function formatAgo(time: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? 'a day ago' : `${days} days ago`;
}

/** "1 agent", "3 agents". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** An address without scheme and trailing slash, as it stands in the status bar. */
export function shortAddress(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

const labels: Record<string, string> = {
  prompt: 'Prompt',
  positive_prompt: 'Prompt',
  negative_prompt: 'Without',
  cfg: 'CFG',
  sampler_name: 'Sampler',
  sampler: 'Sampler',
  scheduler: 'Scheduler',
  noise_seed: 'Seed',
  seconds: 'Length',
  batch_size: 'Count',
  fps: 'Frames per second',
  lyrics_strength: 'Lyrics strength',
};

/** Words that are written in their own way. */
const spelled: Record<string, string> = { lora: 'LoRA', vae: 'VAE', unet: 'UNet', bpm: 'BPM', cfg: 'CFG', fps: 'FPS' };

/** A parameter's name as a label: known ones by their usual word, others with spaces. */
export function paramLabel(name: string): string {
  const known = labels[name];
  if (known !== undefined) return known;
  const words = name
    .replace(/[_-]+/g, ' ')
    .trim()
    .replace(/\w+/g, (word) => spelled[word.toLowerCase()] ?? word);
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** File name of a model without folder and ending. */
export function modelName(value: string): string {
  const file = value.split(/[\\/]/).at(-1) ?? value;
  return file.replace(/\.(safetensors|ckpt|pth?|bin|gguf|sft)$/i, '');
}
