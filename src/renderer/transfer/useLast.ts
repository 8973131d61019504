import { useState } from 'react';

/** The value, or the one before it went: what fades out keeps what it showed. */
export function useLast<T>(value: T | null): T | null {
  const [last, setLast] = useState(value);
  if (value !== null && value !== last) setLast(value);
  return value ?? last;
}
