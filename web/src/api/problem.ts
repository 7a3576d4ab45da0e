/** A refusal or failure as the server tells it (problem+json), kept whole so that a screen can show the way out. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly hint: string | null;
  readonly code: string;
  readonly requestId: string | null;
  readonly entry: string | null;
  readonly field: string | null;

  constructor(status: number, body: Partial<Record<string, unknown>>) {
    const detail = text(body['detail']) ?? text(body['title']) ?? `The server answered ${status}.`;
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = text(body['title']) ?? 'The request failed';
    this.detail = detail;
    this.hint = text(body['hint']);
    this.code = text(body['code']) ?? `http_${status}`;
    this.requestId = text(body['request_id']);
    this.entry = text(body['entry']);
    this.field = text(body['field']);
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Anything thrown, as a Problem; a lost connection says so instead of "TypeError: Failed to fetch". */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, {
    title: 'The server did not answer',
    detail: 'The connection was lost or the server is not running.',
    hint: 'What you typed is kept. Try again in a moment.',
    code: 'no_answer',
  });
}

/** Refusals of the line get a page of their own; other problems are shown where they happened. */
export function isRefusal(problem: Problem): boolean {
  return problem.status === 403 && problem.code !== 'csrf' && problem.code !== 'inquiry_needed';
}

const REASON_CODES = new Set(['inquiry_needed', 'inquiry_ended', 'inquiry_expired', 'inquiry_spent']);

/** The server wants a (new) stated reason before it goes on. */
export function wantsReason(problem: Problem): boolean {
  return REASON_CODES.has(problem.code);
}
