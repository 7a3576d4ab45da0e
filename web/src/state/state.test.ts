import { describe, expect, it } from 'vitest';
import { chord } from './keys';
import { atLeast, emergencyTime, inquiryEnds, spans, tooShort } from './limits';
import { LIMITS } from './limits.fixture';
import { readReceipt, kept } from './receipts';
import { isCopied, necessityAids, ownWords, reasonAids } from './reason';
import { hueOf, regimesOf, regimesTold, regimesWord } from './regime';
import { readTheme, shown } from './theme-values';
import { day, duration, fieldWords, initials, isDay, latest, matches, moment, program, schemaWord, shortHash, span } from './words';

describe('rule 40: writing aids', () => {
  const met = (text: string, earlier: string[] = []) =>
    reasonAids(text, earlier, LIMITS)
      .filter((aid) => aid.met)
      .map((aid) => aid.id);
  it('finds no fact in boilerplate', () => {
    expect(met('investigation')).toEqual(['new']);
    expect(met('for official law enforcement purposes related to an ongoing investigation')).toEqual(['length', 'new']);
  });
  it('accepts a sentence that says what for', () => {
    expect(met('Which account paid the deposits that invoice 17 names?')).toEqual(['length', 'facts', 'new']);
  });
  it('knows a copy by its words, not by its commas', () => {
    expect(isCopied('Who signs for account 17?', ['who signs, for account 17'])).toBe(true);
    expect(met('Who signs for account 17 of the harbour works?', ['Who signs for account 17 of the harbour works'])).not.toContain('new');
  });
  it('asks for as much as the rulebook does, and for nothing before it is known', () => {
    const text = 'Which account paid the deposits that invoice 17 names?';
    const more = reasonAids(text, [], { ...LIMITS, shortest_reason: 80, own_words: 12 });
    expect(more.map((aid) => [aid.text, aid.met])).toEqual([
      ['At least 80 characters', false],
      ['Answers the question', false],
      ['Not copied', true],
    ]);
    expect(reasonAids(text, [], null).map((aid) => aid.id)).toEqual(['facts', 'new']);
    expect(atLeast(60)).toBe('at least 60 characters');
    expect([tooShort('n'.repeat(59), 60), tooShort('n', undefined), tooShort(' ', undefined)]).toEqual([true, false, true]);
    expect(inquiryEnds({ ...LIMITS, inquiry_hours: 1, inquiry_acts: 50 })).toBe('you switch, an hour passes, or 50 acts are done');
    expect(emergencyTime({ ...LIMITS, emergency_hours: 6 })).toBe('6 hours');
  });
  it('offers no crossing for longer than the rulebook lets', () => {
    expect(spans({ ...LIMITS, crossing_days: 60 })).toEqual([3, 14, 30, 60]);
    expect(spans({ ...LIMITS, crossing_days: 90 })).toEqual([3, 14, 30, 90]);
    expect([spans(LIMITS), spans(null)]).toEqual([
      [3, 14, 30, 90],
      [3, 14, 30, 90],
    ]);
  });
  it('counts own words once', () => expect(ownWords('Signed signed invoice, case')).toEqual(['signed', 'invoice']));
  it('wants facts and alternatives for a crossing', () => {
    expect(necessityAids('', '', [], LIMITS).every((aid) => !aid.met)).toBe(true);
    expect(necessityAids('Invoice 2207 was paid the day the contract payment reached Brightwater.', 'A subpoena returned nothing.', [], LIMITS).every((aid) => aid.met)).toBe(true);
  });
});

describe('keys', () => {
  const press = (key: string, more = {}) => ({ key, alt: false, mod: false, typing: false, ...more });
  it('counts no letters while somebody types', () => {
    expect(chord(press('j', { typing: true }), null)).toBeNull();
    expect(chord(press('k', { typing: true, mod: true }), null)).toBe('Mod+K');
  });
  it('joins G and a letter', () => {
    expect(chord(press('c'), 'G')).toBe('G C');
    expect(chord(press('w', { alt: true }), null)).toBe('Alt+W');
  });
});

describe('receipts', () => {
  const receipt = { entry: 'e1', leaf: 'ff', at: '2026-11-23T10:00:00Z', signature: 's' };
  const header = btoa(JSON.stringify(receipt)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  it('reads the header, and takes nothing else for a receipt', () => {
    expect(readReceipt(header)).toEqual(receipt);
    expect(readReceipt(null)).toBeNull();
    expect(readReceipt('not base64 !')).toBeNull();
    expect(readReceipt(btoa('{"entry":1'))).toBeNull();
  });
  it('keeps each once, newest first', () => {
    const one = { ...receipt, act: 'a' };
    expect(kept(kept([], one), { ...one, act: 'b' })).toEqual([{ ...one, act: 'b' }]);
    expect(
      kept(
        Array.from({ length: 100 }, (_, at) => ({ ...one, entry: String(at) })),
        one,
      ),
    ).toHaveLength(100);
  });
});

describe('words', () => {
  it('writes dates as exactly as they are known', () => {
    expect([day('2019'), day('2026-03'), day('2026-09-01'), day(null), day('around 1980')]).toEqual(['2019', 'Mar 2026', '01 Sep 2026', '–', 'around 1980']);
  });

  it('tells the last day of a permission alike in every zone, and the zone beside a moment', () => {
    const zones = ['America/Los_Angeles', 'Europe/Berlin', 'Asia/Kolkata'];
    const told = zones.map((zone) => {
      process.env['TZ'] = zone;
      return [day('2027-02-28T23:59:59Z'), day('2027-02-28'), moment('2027-02-28T23:30:00Z')];
    });
    delete process.env['TZ'];
    expect(told.map(([until]) => until)).toEqual(['28 Feb 2027', '28 Feb 2027', '28 Feb 2027']);
    expect(told.map(([, plain]) => plain)).toEqual(['28 Feb 2027', '28 Feb 2027', '28 Feb 2027']);
    expect(told.map(([, , at]) => at?.split(' ').at(-1))).toEqual(['UTC−8', 'UTC+1', 'UTC+5:30']);
  });

  it('knows a day that exists, typed in the one way', () => {
    expect(['2027-02-28', '2028-02-29'].every(isDay)).toBe(true);
    expect(['2027-02-29', '28.02.2027', '02/28/2027', '2027-2-28', '', '2027-02'].some(isDay)).toBe(false);
  });
  it('marks matched words and nothing inside other words', () => {
    expect(matches('Brightwater Staffing', ['bright', 'STAFFING'])).toEqual([
      { text: 'Bright', hit: true },
      { text: 'water ', hit: false },
      { text: 'Staffing', hit: true },
    ]);
    expect(
      matches('a.b (c)', ['.b', '(c)'])
        .filter((one) => one.hit)
        .map((one) => one.text),
    ).toEqual(['.b', '(c)']);
    expect(matches('text', [])).toEqual([{ text: 'text', hit: false }]);
  });
  it('shortens', () => {
    expect([shortHash('0123456789abcdef'), initials('dana.whitlock'), schemaWord('BankAccount'), duration(125), duration(5)]).toEqual(['012345…cdef', 'DW', 'Bank account', '2 h 5 min', '5 min']);
  });
  it('names fields and browsers as people do', () => {
    expect(fieldWords(['name', 'birthDate', 'idNumber'])).toBe('Name, birth date, ID number');
    const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
    expect([
      program(chrome),
      program(chrome.replace('X11; Linux x86_64', 'Windows NT 10.0').replace('Safari/537.36', 'Safari/537.36 Edg/156.0')),
      program('brightline/0.1.0'),
      program('Mozilla/5.0 (unheard of)'),
      program(''),
    ]).toEqual(['Chrome on Linux', 'Edge on Windows', 'brightline/0.1.0', 'A browser', 'unknown']);
  });
});

describe('regimes and themes', () => {
  it('lists regimes once, in the fixed order', () => {
    expect(regimesOf([{ regimes: ['oversight', 'civil'] }, { regimes: ['civil', 'criminal'] }])).toEqual(['criminal', 'civil', 'oversight']);
  });
  it('reads several regimes of a pointer, and says them in words', () => {
    expect(['civil/criminal', 'civil', '', null, 'civil/martial/civil'].map(regimesTold)).toEqual([['civil', 'criminal'], ['civil'], [], [], ['civil']]);
    expect([[], ['civil'], ['civil', 'criminal'], ['civil', 'criminal', 'regulatory']].map((some) => regimesWord(regimesTold(some.join('/'))))).toEqual([
      '',
      'Civil',
      'Civil and criminal',
      'Civil, criminal and regulatory',
    ]);
    expect([hueOf([]), hueOf(['civil']), hueOf(['civil', 'criminal'])]).toEqual(['none', 'civil', 'none']);
  });
  it('follows the system until somebody chooses', () => {
    expect([shown(readTheme(null), true), shown(readTheme('light'), true), shown(readTheme('nonsense'), false)]).toEqual(['dark', 'light', 'light']);
  });
});

describe('from when until when', () => {
  it('is said as precisely as it is known', () => {
    expect(span('1985', '1985')).toBe('1985');
    expect(span('1985-01-01', '1985-12-31')).toBe('1985');
    expect(span('2024-02-01', '2024-02-29')).toBe('Feb 2024');
    expect(span('2019-01-01', '2021-12-31')).toBe('2019 – 2021');
    expect(span('2024-02-01', '2024-02-01')).toBe('01 Feb 2024');
    expect(span('2020', '2022-05-13')).toBe('2020 – 13 May 2022');
  });
  it('says of an open end that it is open', () => {
    expect(span('2020-03', null)).toBe('since Mar 2020');
    expect(span(null, '2022-05-13')).toBe('until 13 May 2022');
    expect(span(null, null)).toBe('');
  });
  it('has one of its ends where there is no room for both', () => {
    expect([latest('1985-01-01', '1985-12-31'), latest('2024-05-01', '2024-05-09'), latest('2024-05-01', null), latest(null, null)]).toEqual(['1985', '09 May 2024', '01 May 2024', '–']);
  });
});
