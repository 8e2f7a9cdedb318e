// The longer forms of the tests.

/** Why a test is left out, for its option `skip`; false in the long form. */
export const NOT_LONG = process.env.ATELIER_LONG === '1' ? false : 'only with ATELIER_LONG=1';

/** Why a test that makes a picture of the README is left out. */
export const NOT_PICTURED = process.env.ATELIER_SCREENSHOT === '1' ? false : NOT_LONG;
