import type { RequestedGeneration } from './options';

/** How freely a continuation is drawn, in plain words. */
export const samplingNames = ['precise', 'balanced', 'free'] as const;
export type SamplingName = (typeof samplingNames)[number];

export type SamplingParameters = Required<
  Pick<RequestedGeneration, 'temperature' | 'topP' | 'topK' | 'repetitionPenalty'>
>;

/**
 * What each stands for. Nucleus sampling with p = 0.95 is what Holtzman et al. 2020 ("The Curious Case of Neural Text
 * Degeneration") find nearest to people's texts; the penalty is about that of Keskar et al. 2019 (CTRL), which is 1.2.
 */
export const samplingChoices: Record<SamplingName, SamplingParameters> = {
  precise: { temperature: 0.5, topP: 0.85, topK: 20, repetitionPenalty: 1.1 },
  balanced: { temperature: 0.8, topP: 0.95, topK: 50, repetitionPenalty: 1.15 },
  free: { temperature: 1.1, topP: 0.98, topK: 0, repetitionPenalty: 1.2 },
};
