import { tooShort, type Figures } from './limits';

/** Writing aids for stated reasons. They advise while somebody types; the server decides (rule 40). */
export interface Aid {
  id: string;
  text: string;
  met: boolean;
}

const BOILERPLATE = new Set([
  'investigation',
  'investigative',
  'ongoing',
  'official',
  'business',
  'case',
  'work',
  'related',
  'research',
  'check',
  'query',
  'search',
  'lookup',
  'look',
  'up',
  'law',
  'enforcement',
  'purposes',
  'purpose',
  'matter',
  'duty',
  'duties',
  'for',
  'the',
  'an',
  'a',
  'of',
  'in',
  'to',
  'and',
  'my',
  'this',
  'general',
  'routine',
  'pursuant',
  'as',
  'required',
]);

function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Words that would fit any case don't count as facts. */
export function ownWords(text: string): string[] {
  return [...new Set(words(text))].filter((word) => word.length > 2 && !BOILERPLATE.has(word));
}

export function isCopied(text: string, earlier: readonly string[]): boolean {
  const mine = words(text).join(' ');
  return mine !== '' && earlier.some((one) => words(one).join(' ') === mine);
}

/** Words of one's own that the question doesn't hold already, each said once. */
export function answers(text: string, limits: Figures, question = ''): boolean {
  const asked = new Set(words(question));
  const said = words(text);
  return ownWords(text).filter((word) => !asked.has(word)).length >= (limits?.own_words ?? 1) && said.length <= 2 * new Set(said).size;
}

export function reasonAids(text: string, earlier: readonly string[], limits: Figures, question = ''): Aid[] {
  return [
    ...(limits ? [{ id: 'length', text: `At least ${limits.shortest_reason} characters`, met: !tooShort(text, limits.shortest_reason) }] : []),
    { id: 'facts', text: 'Answers the question', met: answers(text, limits, question) },
    { id: 'new', text: 'Not copied', met: text.trim().length > 0 && !isCopied(text, earlier) },
  ];
}

export function necessityAids(necessity: string, alternatives: string, earlier: readonly string[], limits: Figures): Aid[] {
  return [
    { id: 'facts', text: 'States facts', met: ownWords(necessity).length >= 8 && /\d|\p{Lu}\p{L}+ \p{Lu}/u.test(necessity) },
    { id: 'less', text: 'Says why less is not enough', met: !tooShort(alternatives, limits?.shortest_alternatives) },
    { id: 'new', text: 'Not copied', met: necessity.trim().length > 0 && !isCopied(necessity, earlier) },
  ];
}
