//! The checkpoints of the run at hand.

use leptos::prelude::*;

use crate::page::runs::Checkpoints;
use crate::page::session::{BenchmarkState, ClassifierState, CurrentRun, LibraryState, ShownRun};
use crate::page::words::say;

/// The checkpoints of the shown run, or of the newest one in the library while none is shown.
#[component]
pub fn ShownCheckpoints(
    shown: ShownRun,
    library: LibraryState,
    current_run: CurrentRun,
    classifier: ClassifierState,
    benchmark: BenchmarkState,
) -> impl IntoView {
    let at_hand = Memo::new(move |_| {
        shown.at_hand().filter(|name| {
            library.checkpoints.with(|all| all.iter().any(|checkpoint| checkpoint.run == *name))
        })
    });
    let list = move || {
        let name = at_hand.get()?;
        let run = {
            let name = name.clone();
            Memo::new(move |_| library.run(&name))
        };
        let name = StoredValue::new(name);
        Some(view! { <Checkpoints library current_run classifier benchmark name run /> })
    };
    view! {
        <Show when=move || at_hand.with(Option::is_some)>
            <section class="panel run-checkpoints" aria-labelledby="checkpoints-title">
                <h2 id="checkpoints-title">{say(|words| words.checkpoints.heading())}</h2>
                {list}
            </section>
        </Show>
    }
}
