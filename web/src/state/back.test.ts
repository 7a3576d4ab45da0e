import { beforeEach, describe, expect, it } from 'vitest';
import { keepBack, ownPath, takeBack } from './back';

const HERE = 'https://line.example';

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
}

describe('the way back after signing in', () => {
  let tab = storage();
  beforeEach(() => {
    tab = storage();
  });

  it('leads to the page that was asked for, once', () => {
    keepBack('/case/C-2026-0001?tab=tasks', null, HERE, tab);
    expect(takeBack('dana', HERE, tab)).toBe('/case/C-2026-0001?tab=tasks');
    expect(takeBack('dana', HERE, tab)).toBe('/start');
  });

  it('leads nobody else to where a person was', () => {
    keepBack('/search?q=mahlangu', 'dana', HERE, tab);
    expect(takeBack('owen', HERE, tab)).toBe('/start');
    expect(takeBack('dana', HERE, tab)).toBe('/start');
  });

  it.each(['//evil.example/x', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)', '/\t/evil.example', '/signin', '/start', '/', '/password', ''])('takes no %s', (path) => {
    expect(ownPath(path, HERE)).toBeNull();
    tab.setItem('brightline-back', JSON.stringify({ path, account: null }));
    expect(takeBack('dana', HERE, tab)).toBe('/start');
  });

  it('takes what is damaged for nothing', () => {
    tab.setItem('brightline-back', '{');
    expect(takeBack('dana', HERE, tab)).toBe('/start');
  });
});
