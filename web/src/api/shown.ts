/**
 * Characters that rewrite what others see: controls command a terminal, overrides and isolates turn what follows round
 * (`gpj.exe` reads as `exe.jpg`). The server refuses them in what people write; what feeds and older rows hold is shown
 * escaped. Line feeds, tabs and the marks of right-to-left writing stay.
 */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

export function shown(text: string): string {
  return text.replace(HIDDEN, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** An answer of the server with every text in it shown but ids, which go back as they came. Windows' line ends in older
 * texts are line ends. */
export function readable(text: string): unknown {
  return JSON.parse(text, (name, value: unknown) => (typeof value === 'string' && name !== 'id' ? shown(value.replaceAll('\r\n', '\n')) : value));
}
