/**
 * Starts a song or a film; calls back when it can't be played. Being paused or left before the first sound, which
 * browsers report the same way under another name, is no failure.
 */
export function startPlaying(media: Pick<HTMLMediaElement, 'play'>, onBroken: () => void): void {
  media.play().catch((error: unknown) => {
    if (!(error instanceof DOMException && error.name === 'AbortError')) onBroken();
  });
}
