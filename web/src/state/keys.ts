/** Every key of the application in one list: what `?` shows is what the handler knows. */
export interface Key {
  keys: string;
  does: string;
  group: 'Everywhere' | 'Go to' | 'Results' | 'Graph' | 'Lead vetting' | 'Inbox' | 'Working authority';
}

export const KEYS: readonly Key[] = [
  { keys: 'Mod+K', does: 'Find or do anything', group: 'Everywhere' },
  { keys: '/', does: 'Edit the query', group: 'Everywhere' },
  { keys: 'Mod+Z', does: 'Undo', group: 'Everywhere' },
  { keys: 'Mod+Enter', does: 'Send the form', group: 'Everywhere' },
  { keys: '?', does: 'All keys', group: 'Everywhere' },
  { keys: 'Alt+W', does: 'Switch case or desk', group: 'Working authority' },
  { keys: 'Alt+X', does: 'Request a crossing', group: 'Working authority' },
  { keys: 'G I', does: 'Inbox', group: 'Go to' },
  { keys: 'G S', does: 'Search', group: 'Go to' },
  { keys: 'G W', does: 'Workspace', group: 'Go to' },
  { keys: 'G C', does: 'Cases', group: 'Go to' },
  { keys: 'G V', does: 'Leads', group: 'Go to' },
  { keys: 'G X', does: 'Crossings', group: 'Go to' },
  { keys: 'G L', does: 'The line', group: 'Go to' },
  { keys: 'J', does: 'Next row', group: 'Results' },
  { keys: 'K', does: 'Previous row', group: 'Results' },
  { keys: 'X', does: 'Select the row', group: 'Results' },
  { keys: 'Space', does: 'Preview on or off', group: 'Results' },
  { keys: 'Enter', does: 'Open', group: 'Results' },
  { keys: 'L', does: 'Link to case', group: 'Results' },
  { keys: 'W', does: 'Open in workspace', group: 'Results' },
  { keys: 'Shift+W', does: 'Add to the chart', group: 'Results' },
  { keys: 'E', does: 'Expand the node', group: 'Graph' },
  { keys: 'H', does: 'Hide the node', group: 'Graph' },
  { keys: 'P', does: 'Path from the node to another', group: 'Graph' },
  { keys: '1 2 3 4 5', does: 'Choose the decision', group: 'Lead vetting' },
  { keys: 'J K', does: 'Next and previous lead', group: 'Lead vetting' },
  { keys: 'J K', does: 'Next and previous line', group: 'Inbox' },
];

export interface Pressed {
  key: string;
  alt: boolean;
  mod: boolean;
  typing: boolean;
}

/** The name of a pressed key, or null: letters don't count while somebody types. `first` is a waiting "G". */
export function chord(pressed: Pressed, first: string | null): string | null {
  const key = pressed.key.length === 1 ? pressed.key.toUpperCase() : pressed.key;
  if (pressed.mod) return `Mod+${key}`;
  if (pressed.alt) return `Alt+${key}`;
  if (pressed.typing) return null;
  return first === 'G' ? `G ${key}` : key;
}

/** Is the event's target a place where people type? */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || (['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) && !isCheckbox(target));
}

function isCheckbox(target: HTMLElement): boolean {
  return target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type);
}
