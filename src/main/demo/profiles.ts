/** Which ComfyUI the engine speaks as. Source of the differences: ComfyUI's history, 2023-08 to 0.38. */

export type ProfileName = '2023-08' | '0.3.64' | '0.38';

/** What a version has. Each flag is one difference on the wire. */
export interface Profile {
  readonly name: ProfileName;
  /** Every route also under `/api` (2024-06-19). */
  readonly apiPrefix: boolean;
  /** 403 when Origin and Host differ on loopback (2024-09-08). */
  readonly originCheck: boolean;
  /** 403 for `Sec-Fetch-Site: cross-site` too. */
  readonly fetchSiteCheck: boolean;
  /** Structured `no_prompt`; before, `{"error": "no prompt", "node_errors": []}`. */
  readonly structuredNoPrompt: boolean;
  /** Who names a prompt: the server alone, the client with any text, the client with a UUID. */
  readonly promptId: 'server' | 'any' | 'uuid';
  /** `partial_execution_targets` (2025-07-30). */
  readonly partialTargets: boolean;
  /** `{"__value__": …}` is unwrapped (2025-03-12). */
  readonly wrappedValues: boolean;
  /** `execution_success`, timestamps, display_node, `executed` for cached nodes, history `status` and `meta`. */
  readonly modernEvents: boolean;
  /** `progress_state`, feature flags, `/features`, binary type 4, prompt and node in `progress` (2025-07-10). */
  readonly featureFlags: boolean;
  /** Binary TEXT frames (2025-05-10). */
  readonly textFrames: boolean;
  /** `{"prompt_id"}` in POST /interrupt is honoured (2025-09-02). */
  readonly targetedInterrupt: boolean;
  /** `max_items` and `offset` of GET /history. */
  readonly historyPaging: boolean;
  /** `/api/jobs`, cancelling, `create_time`, secrets kept out of the queue. */
  readonly jobs: boolean;
  /** `missing_node_type` and `dependency_cycle`; V3 combos are checked. */
  readonly lateValidation: boolean;
  /** Routes for models, userdata, settings, users, /free, /internal. */
  readonly modernRoutes: boolean;
  readonly version: string;
  /** Limit of a request's body in bytes. */
  readonly maxBody: number;
}

const base: Profile = {
  name: '0.3.64',
  apiPrefix: true,
  originCheck: true,
  fetchSiteCheck: false,
  structuredNoPrompt: true,
  promptId: 'any',
  partialTargets: true,
  wrappedValues: true,
  modernEvents: true,
  featureFlags: true,
  textFrames: true,
  targetedInterrupt: true,
  historyPaging: true,
  jobs: false,
  lateValidation: false,
  modernRoutes: true,
  version: '0.3.64',
  maxBody: 104_857_600,
};

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  '0.3.64': base,
  '0.38': {
    ...base,
    name: '0.38',
    version: '0.38.0',
    fetchSiteCheck: true,
    promptId: 'uuid',
    jobs: true,
    lateValidation: true,
  },
  '2023-08': {
    ...base,
    name: '2023-08',
    version: '',
    apiPrefix: false,
    originCheck: false,
    structuredNoPrompt: false,
    promptId: 'server',
    partialTargets: false,
    wrappedValues: false,
    modernEvents: false,
    featureFlags: false,
    textFrames: false,
    targetedInterrupt: false,
    historyPaging: false,
    modernRoutes: false,
    maxBody: 20_971_520,
  },
};
