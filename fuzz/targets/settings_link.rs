//! Links: what stands after the question mark.

#![no_main]

use libfuzzer_sys::fuzz_target;

use atelier::settings::LinkSettings;
use atelier_fuzz::bounded;

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    bounded(input, || {
        let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let settings = LinkSettings::from_pairs(pairs);
        let Ok(config) = settings.draft.check() else { return };
        let query = config.to_query();
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let again = LinkSettings::from_pairs(pairs);
        assert_eq!((again.draft.check(), again.mistakes.len()), (Ok(config), 0), "{query}");
    });
});
