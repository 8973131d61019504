/** The form of an operation, and words that many of them share. */
import { z } from 'zod';

export interface Annotations {
  readOnly: boolean;
  destructive: boolean;
  idempotent: boolean;
  /** Reaches beyond this program: true where ComfyUI works for it. */
  openWorld: boolean;
}

export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  title: string;
  /** Written for a language model: what it does, when to use it, what comes back. */
  description: string;
  input: I;
  output: O;
  annotations: Annotations;
  doors: { mcp: boolean; ipc: boolean };
}

/** Keeps the literal types of an operation while checking its form. */
export function operation<I extends z.ZodObject, O extends z.ZodType>(spec: Operation<I, O>): Operation<I, O> {
  return spec;
}

export const reads: Annotations = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
export const changes: Annotations = { readOnly: false, destructive: false, idempotent: true, openWorld: false };
export const generates: Annotations = { readOnly: false, destructive: false, idempotent: false, openWorld: true };
export const both = { mcp: true, ipc: true };
export const windowOnly = { mcp: false, ipc: true };
export const agentsOnly = { mcp: true, ipc: false };
/** Neither a tool nor a call of the window: what a door itself asks while it serves its protocol. */
export const doorsOwn = { mcp: false, ipc: false };

export const promptId = z.string().min(1).describe('prompt_id of a generation answer.');
export const assetId = z.string().min(1).describe('asset_id of a generation answer or of list_assets.');
