/** The figures of the rulebook as shipped, for tests. */
import type { Limits } from '@/api/types';

export const LIMITS: Limits = {
  shortest_reason: 40,
  own_words: 4,
  inquiry_hours: 8,
  inquiry_acts: 200,
  crossing_days: 180,
  shortest_necessity: 40,
  shortest_alternatives: 20,
  shortest_decision: 20,
  emergency_hours: 24,
  emergency_items: 5,
  glass_hours: 4,
  recertify_days: 92,
  review_percent: 1,
  review_least: 20,
};
