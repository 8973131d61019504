/** The names of the models the demo engine pretends to have, by folder as `/models` lists them. */

export type ModelFolder =
  | 'checkpoints'
  | 'loras'
  | 'vae'
  | 'text_encoders'
  | 'diffusion_models'
  | 'clip_vision'
  | 'controlnet'
  | 'upscale_models'
  | 'embeddings';

export type ModelNames = Record<ModelFolder, string[]>;

/** Every folder in the order and spelling of the real server; those without models are empty. */
export const modelFolders: readonly string[] = [
  'checkpoints',
  'configs',
  'loras',
  'vae',
  'text_encoders',
  'diffusion_models',
  'clip_vision',
  'style_models',
  'embeddings',
  'diffusers',
  'vae_approx',
  'controlnet',
  'gligen',
  'upscale_models',
  'custom_nodes',
  'hypernetworks',
  'photomaker',
  'classifiers',
  'model_patches',
  'audio_encoders',
];

const names: ModelNames = {
  checkpoints: [
    'ace_step_v1_3.5b.safetensors',
    'ltx-video-2b-v0.9.5.safetensors',
    'sd_xl_base_1.0.safetensors',
    'v1-5-pruned-emaonly.ckpt',
    'v1-5-pruned-emaonly.safetensors',
  ],
  loras: ['film-grain-xl.safetensors', 'paper-cutout.safetensors', 'soft-light-v2.safetensors'],
  vae: ['ae.safetensors', 'vae-ft-mse-840000-ema-pruned.safetensors', 'wan2.2_vae.safetensors'],
  text_encoders: [
    'clip_l.safetensors',
    't5xxl_fp16.safetensors',
    't5xxl_fp8_e4m3fn.safetensors',
    'umt5_xxl_fp8_e4m3fn_scaled.safetensors',
  ],
  diffusion_models: ['flux1-dev-fp8.safetensors', 'flux1-schnell.safetensors', 'wan2.2_ti2v_5B_fp16.safetensors'],
  clip_vision: [],
  controlnet: [],
  upscale_models: ['RealESRGAN_x4plus.pth'],
  embeddings: [],
};

/** The lists, with whole folders replaced by `overrides`. Each call returns fresh arrays. */
export function demoModels(overrides: Partial<ModelNames> = {}): Record<string, string[]> & ModelNames {
  const empty: Record<string, string[]> = Object.fromEntries(modelFolders.map((folder) => [folder, []]));
  const own = structuredClone({ ...names, ...overrides });
  return { ...empty, ...own };
}

/** Samplers of KSampler, ComfyUI 0.3.64. */
export const samplerNames = [
  'euler',
  'euler_cfg_pp',
  'euler_ancestral',
  'euler_ancestral_cfg_pp',
  'heun',
  'heunpp2',
  'dpm_2',
  'dpm_2_ancestral',
  'lms',
  'dpm_fast',
  'dpm_adaptive',
  'dpmpp_2s_ancestral',
  'dpmpp_2s_ancestral_cfg_pp',
  'dpmpp_sde',
  'dpmpp_sde_gpu',
  'dpmpp_2m',
  'dpmpp_2m_cfg_pp',
  'dpmpp_2m_sde',
  'dpmpp_2m_sde_gpu',
  'dpmpp_2m_sde_heun',
  'dpmpp_2m_sde_heun_gpu',
  'dpmpp_3m_sde',
  'dpmpp_3m_sde_gpu',
  'ddpm',
  'lcm',
  'ipndm',
  'ipndm_v',
  'deis',
  'res_multistep',
  'res_multistep_cfg_pp',
  'res_multistep_ancestral',
  'res_multistep_ancestral_cfg_pp',
  'gradient_estimation',
  'gradient_estimation_cfg_pp',
  'er_sde',
  'seeds_2',
  'seeds_3',
  'sa_solver',
  'sa_solver_pece',
  'ddim',
  'uni_pc',
  'uni_pc_bh2',
];

/** Schedulers of KSampler, ComfyUI 0.3.64. */
export const schedulerNames = [
  'simple',
  'sgm_uniform',
  'karras',
  'exponential',
  'ddim_uniform',
  'beta',
  'normal',
  'linear_quadratic',
  'kl_optimal',
];
