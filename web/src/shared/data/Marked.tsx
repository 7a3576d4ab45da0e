import { matches } from '@/state/words';

/** A text with the found words marked. */
export function Marked({ text, words }: { text: string; words: readonly string[] }) {
  return matches(text, words).map((part, index) => (part.hit ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>));
}
