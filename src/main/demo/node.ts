/**
 * What a node of the demo engine is: a specification, exactly as `/object_info` serves it, and a function.
 * The executor knows only this; every node class lives in `nodes/`.
 */

/** One entry of `/object_info/{class}`. Source: ComfyUI 0.3.64, server.py node_info(). */
export interface NodeInfo {
  input: {
    required?: Record<string, InputSpec>;
    optional?: Record<string, InputSpec>;
    hidden?: Record<string, unknown>;
  };
  input_order: { required?: string[]; optional?: string[]; hidden?: string[] };
  output: (string | string[])[];
  output_is_list: boolean[];
  output_name: string[];
  name: string;
  display_name: string;
  description: string;
  python_module: string;
  category: string;
  output_node: boolean;
  output_tooltips?: string[];
  [extra: string]: unknown;
}

/** `[type, options?]`: type is a name, or the list of choices of a combo. */
export type InputSpec = [string | (string | number)[]] | [string | (string | number)[], Record<string, unknown>];

/** Folders of the engine, as ComfyUI's base directory has them. Absolute paths. */
export interface DemoFolders {
  input: string;
  output: string;
  temp: string;
}

/** What a running node may ask of the engine. */
export interface NodeContext {
  readonly nodeId: string;
  readonly folders: DemoFolders;
  /** The submitted graph and extra_pnginfo, for the metadata that ComfyUI embeds in files. */
  readonly prompt: Record<string, unknown>;
  readonly extraPnginfo: Record<string, unknown> | undefined;
  /** Throws the engine's interrupt when somebody asked for one. Call it between steps. */
  checkInterrupt(): void;
  /**
   * One step done: sends `progress` and, when there is a preview, a preview frame in the form the socket negotiated;
   * then yields to the event loop for as long as the engine's `stepDelayMs` says, and checks for an interrupt.
   * `preview` is an encoded JPEG or PNG, or a function that makes one (called only if previews are on).
   */
  step(value: number, max: number, preview?: Uint8Array | (() => Promise<Uint8Array>)): Promise<void>;
  /** Binary TEXT frame (type 3) for this node, as GetImageSize sends. */
  text(text: string): void;
}

export interface NodeResult {
  /** One value per output slot. */
  outputs: unknown[];
  /** What goes into the history entry and the `executed` event, e.g. `{images: [{filename, subfolder, type}]}`. */
  ui?: Record<string, unknown[]>;
}

export interface DemoNode {
  readonly info: NodeInfo;
  run(inputs: Record<string, unknown>, context: NodeContext): Promise<NodeResult> | NodeResult;
  /** ComfyUI's VALIDATE_INPUTS: the text of `custom_validation_failed`, or nothing when fine. Gets literal inputs only. */
  validate?(inputs: Record<string, unknown>, folders: DemoFolders): Promise<string | undefined> | string | undefined;
  /** The inputs that `validate` is about; the general checks leave them alone. Default: the first required input. */
  readonly validatedInputs?: readonly string[];
  /** ComfyUI's IS_CHANGED: part of the cache key, e.g. the hash of a loaded file. */
  fingerprint?(inputs: Record<string, unknown>, folders: DemoFolders): Promise<string> | string;
  /** NOT_IDEMPOTENT or hidden UNIQUE_ID: the node id becomes part of the cache key. */
  readonly idInCacheKey?: boolean;
}

/** An error of a node as Python would raise it; `exceptionType` e.g. `ValueError`, `torch.OutOfMemoryError`. */
export class NodeError extends Error {
  constructor(
    readonly exceptionType: string,
    message: string,
  ) {
    super(message);
    this.name = 'NodeError';
  }
}
