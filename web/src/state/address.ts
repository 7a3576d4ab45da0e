import { parseSearchWith } from '@tanstack/react-router';

/** What stands behind the `?` of an address. Only what is plainly a list, an object or a quoted text is read as JSON: as a number
 * an account's number that somebody typed loses its last digits. */
export const parseSearch = parseSearchWith((said) => (/^[[{"]/.test(said) ? JSON.parse(said) : said));
