//! PyTorch's results (`tests/fixtures/README.md`), reproduced by every path that trains. `docs/faithfulness.md` says how they
//! are judged and why; with `-- --nocapture` the tests print its tables.
#![allow(clippy::unwrap_used)]

mod common;

mod parity {
    mod burn;
    mod options;
    mod oracle;
    mod passes;
    mod paths;
    mod rules;
    mod runs;
}
