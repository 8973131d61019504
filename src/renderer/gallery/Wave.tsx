import { useEffect, useMemo, useState } from 'react';
import type { Peaks } from '../../shared/peaks.js';
import { useApp } from '../store/hooks.js';
import { thin } from './waveform.js';

/** Decoded loudness of a sound; undefined while it is read, null when it can't be. */
export function usePeaks(assetId: string): Peaks | null | undefined {
  const { waveforms } = useApp();
  const [peaks, setPeaks] = useState<Peaks | null | undefined>(undefined);
  useEffect(() => {
    let wanted = true;
    setPeaks(undefined);
    void waveforms.peaks(assetId).then((found) => {
      if (wanted) setPeaks(found);
    });
    return () => {
      wanted = false;
    };
  }, [waveforms, assetId]);
  return peaks;
}

interface WaveProps {
  assetId: string;
  /** How many bars to draw. */
  bars: number;
  className?: string;
}

/** The waveform of a sound as upright bars. A thin line until it is known, or when it can't be. */
export function Wave({ assetId, bars, className }: WaveProps) {
  const peaks = usePeaks(assetId);
  const path = useMemo(() => wavePath(peaks?.bars ?? [], bars), [peaks, bars]);
  return (
    <svg className={className} viewBox={`0 0 ${bars * 4} 100`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} stroke="currentColor" strokeWidth="2" strokeLinecap="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/** One stroke per bar, centred, 100 units high, 4 wide each. */
export function wavePath(loudness: readonly number[], count: number): string {
  const heights = loudness.length === 0 ? Array.from({ length: count }, () => 0) : thin(loudness, count);
  return heights
    .map((height, bar) => {
      const half = Math.max(0.5, height * 48);
      return `M${bar * 4 + 2} ${(50 - half).toFixed(1)}V${(50 + half).toFixed(1)}`;
    })
    .join('');
}
