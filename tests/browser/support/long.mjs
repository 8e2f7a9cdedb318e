// The longer forms of the tests.

/** Why a test is left out, for its option `skip`; false in the long form. */
export const NOT_LONG = process.env.ATELIER_LONG === '1' ? false : 'only with ATELIER_LONG=1';

/** The same of a test that makes a picture of the README. */
export const NOT_PICTURED = NOT_LONG && process.env.ATELIER_SCREENSHOT !== '1' && 'only with ATELIER_LONG=1 or ATELIER_SCREENSHOT=1';
