/** Security keys: the browser's own JSON forms, so that nothing here touches bytes. */

interface JsonForms {
  parseCreationOptionsFromJSON: (options: unknown) => PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON: (options: unknown) => PublicKeyCredentialRequestOptions;
}

interface JsonCredential {
  toJSON: () => unknown;
}

function forms(): JsonForms | null {
  const found: unknown = typeof PublicKeyCredential === 'undefined' ? null : PublicKeyCredential;
  return found !== null && typeof found === 'function' && 'parseCreationOptionsFromJSON' in found ? (found as unknown as JsonForms) : null;
}

export function canUseKeys(): boolean {
  return forms() !== null && window.isSecureContext;
}

export class KeyFailed extends Error {}

async function answered(asked: Promise<Credential | null>): Promise<unknown> {
  try {
    const found = await asked;
    if (found && 'toJSON' in found) return (found as unknown as JsonCredential).toJSON();
  } catch (error) {
    throw new KeyFailed(error instanceof DOMException && error.name === 'NotAllowedError' ? 'The key was not touched, or the browser was told no.' : 'The key or the browser refused.');
  }
  throw new KeyFailed('The browser gave no answer of a key.');
}

/** A new key's answer, as JSON. */
export async function createKey(options: unknown): Promise<unknown> {
  const make = forms();
  if (!make) throw new KeyFailed('This browser knows no security keys.');
  return answered(navigator.credentials.create({ publicKey: make.parseCreationOptionsFromJSON(options) }));
}

/** A known key's answer, as JSON. */
export async function askKey(options: unknown): Promise<unknown> {
  const make = forms();
  if (!make) throw new KeyFailed('This browser knows no security keys.');
  return answered(navigator.credentials.get({ publicKey: make.parseRequestOptionsFromJSON(options) }));
}
