// Finds and starts Firefox, which Playwright drives by WebDriver BiDi. So the page's hooks, and all that the tests know of
// the page, are the same as for Chromium.

import { firefox } from 'playwright-core';
import { ws as WebSocket } from 'playwright-core/lib/utilsBundle';
import { findProgram } from './program.mjs';

const PREFERENCES = {
  // What `reducedMotion` and `colorScheme` of a context are for Chromium.
  'ui.prefersReducedMotion': 1,
  'ui.systemUsesDarkTheme': 0,
  // The list of downloads would take the focus from the page.
  'browser.download.alwaysOpenPanel': false,
};

/** A command that this Playwright gives for every context and Firefox 153 (ESR) does not know. */
const UNKNOWN_TO_FIREFOX = 'emulation.setMediaFeaturesOverride';

let isAdapted = false;

/**
 * Makes up for two things in which Firefox's extended support release is older than Playwright's dialect of BiDi: one
 * command, which is answered here, and the identity of a download, for which its address stands in.
 */
function adaptPlaywright() {
  if (isAdapted) return;
  isAdapted = true;
  const { send, emit } = WebSocket.prototype;
  const isFirefox = ({ url }) => url.endsWith('/session');
  WebSocket.prototype.send = function (text, ...rest) {
    const { id, method } = isFirefox(this) ? JSON.parse(text) : {};
    if (method !== UNKNOWN_TO_FIREFOX) return send.call(this, text, ...rest);
    const answer = JSON.stringify({ type: 'success', id, result: {} });
    return setImmediate(() => this.emit('message', Buffer.from(answer), false));
  };
  WebSocket.prototype.emit = function (event, ...rest) {
    if (event === 'message' && isFirefox(this)) {
      const message = JSON.parse(rest[0]);
      if (message.method?.startsWith('browsingContext.download')) {
        message.params.download ??= message.params.url;
        return emit.call(this, event, Buffer.from(JSON.stringify(message)), false);
      }
    }
    return emit.call(this, event, ...rest);
  };
}

/** Starts Firefox, with a profile of its own in a temporary folder. */
export function startFirefox() {
  adaptPlaywright();
  return firefox.launch({ executablePath: findProgram('FIREFOX', ['firefox-esr', 'firefox'], 'no Firefox found; set FIREFOX to the path of Firefox'), channel: 'moz-firefox', firefoxUserPrefs: PREFERENCES });
}
