//! The place where a run is trained: its controls and settings, its numbers and curves, and a garment to classify.

pub mod classifier;
mod data_set;
mod intro;
mod linked_files;
pub mod outcome;
mod progress;
mod readouts;
mod replay_controls;
mod run_controls;
mod settings_form;
mod shown_checkpoints;
mod wake_lock;

use leptos::prelude::*;

use super::address::{Address, Place, link_to_run};
use super::charts::Charts;
use super::corrections::NextCorrections;
use super::later::{Later, Turn};
use super::link::RunInputs;
use super::run_code::RunCode;
use super::session::{CurrentRun, DataState, OwnSets, Session, ShownRun};
use super::words::say;
use crate::dataset::Corrections;
use crate::library::ProgramData;
use crate::protocol::CodeOf;
use crate::settings::SettingsDraft;
use classifier::Classifier;
pub use intro::{DocumentationLink, TUTORIAL};
use intro::{Intro, Samples};
use linked_files::LinkedFiles;
use outcome::Outcome;
use progress::RunProgress;
use readouts::Readouts;
use replay_controls::ReplayControls;
use run_controls::RunControls;
use settings_form::SettingsForm;
use shown_checkpoints::ShownCheckpoints;
use wake_lock::WakeLockToggle;

/// The place. It stays in the document while another one is open, so that a drawing is kept; what would cost
/// something is not drawn meanwhile.
#[component]
pub fn Train(
    session: Session,
    address: Address,
    draft: RwSignal<SettingsDraft>,
    inputs: RwSignal<RunInputs>,
    corrections: NextCorrections,
    /// What happens once the visitor has agreed to all files that the link asks for.
    agreed: Callback<()>,
    autostart: bool,
) -> impl IntoView {
    let Session {
        connection,
        machine,
        data,
        own_sets,
        classifier,
        run,
        shown,
        replay,
        library,
        photos,
        benchmark,
        ..
    } = session;
    let is_open = Memo::new(move |_| address.place.get() == Place::Train);
    // What the first view waits for.
    let turn = if is_open.get_untracked() { Turn::FirstView } else { Turn::Next };
    let code = code_of(shown, own_sets, draft, inputs, corrections, data);
    view! {
        <div class="place workbench" hidden=move || !is_open.get()>
            <Later turn>
                <Intro connection machine run draft />
            </Later>
            <section class="rail" aria-label=say(|words| words.page.run_and_settings())>
                <div class="rail-inner">
                    <Later turn>
                        <RunControls connection run shown benchmark draft inputs corrections data />
                    </Later>
                    <Later turn>
                        <LinkedFiles run inputs agreed />
                        <RunProgress connection data shown replay />
                    </Later>
                    <Later turn>
                        <WakeLockToggle run />
                        <ReplayControls replay shown run />
                    </Later>
                    // After the garment to classify, below which a phone has it, so that it does not move.
                    <Later turn=Turn::AfterThat>
                        <SettingsForm run shown machine own_sets draft inputs corrections autostart=autostart />
                    </Later>
                </div>
            </section>
            <section class="results" aria-label=say(|words| words.page.results())>
                <Results session draft turn />
                <Later>
                    <RunCode library of=code corrections in_sight=is_open.into() />
                </Later>
            </section>
            <Later>
                <Classifier connection data classifier photos library is_open />
            </Later>
            // Below the settings, which are drawn in several parts.
            <Later turn=Turn::Last>
                <Show when=move || is_open.get()>
                    <ShownCheckpoints shown library current_run=run classifier benchmark />
                </Show>
            </Later>
        </div>
    }
}

/// The run whose code is shown: a stored one while that is, and otherwise the one that would begin now.
fn code_of(
    shown: ShownRun,
    own_sets: OwnSets,
    draft: RwSignal<SettingsDraft>,
    inputs: RwSignal<RunInputs>,
    corrections: NextCorrections,
    data: DataState,
) -> Memo<Option<CodeOf>> {
    Memo::new(move |_| {
        let stored = shown.summary().filter(|_| !shown.is_current());
        if let Some(code) = stored.and_then(|stored| own_sets.code_of(&stored)) {
            return Some(code);
        }
        let own = data.overview.with(|overview| {
            let overview = overview.as_ref()?;
            let (identity, training_images) = (overview.own.clone()?, overview.train_images);
            Some(ProgramData::Own { identity, training_images })
        });
        Some(CodeOf::Next {
            config: Box::new(draft.with(SettingsDraft::check).ok()?),
            data: own.unwrap_or_else(|| ProgramData::Tutorial { corrects: corrections.correct() }),
            corrections: Corrections::default(),
            files: inputs.with(RunInputs::named),
        })
    })
}

/// The shown run's numbers and curves; samples of the data while there is no run.
#[component]
fn Results(session: Session, draft: RwSignal<SettingsDraft>, turn: Turn) -> impl IntoView {
    let Session { run, shown, replay, .. } = session;
    let replays = Memo::new(move |_| replay.is_on());
    // Drawn anew only when other figures are shown, not at each change of what the address names.
    let is_current = Memo::new(move |_| shown.is_current());
    let chosen = move || {
        is_current.get();
        if replays.get() { replay.figures } else { untrack(|| shown.figures()) }
    };
    let numbers = move || view! { <Readouts figures=chosen() /> };
    let rest = move || {
        let figures = chosen();
        view! {
            <Show when=move || figures.overview.with(Option::is_some) fallback=|| view! { <Samples /> }>
                <Show when=move || !replays.get()>
                    <Outcome figures run draft />
                </Show>
                <Charts figures />
            </Show>
        }
    };
    view! {
        <RunElsewhere run shown />
        <Later turn>{numbers}</Later>
        <Later turn>{rest}</Later>
    }
}

/// Leads back to the run in progress while another one is shown.
#[component]
fn RunElsewhere(run: CurrentRun, shown: ShownRun) -> impl IntoView {
    let elsewhere = Memo::new(move |_| !shown.is_current() && run.is_busy());
    view! {
        <Show when=move || elsewhere.get()>
            <p class="note run-elsewhere">
                {say(|words| words.run.another_is_shown())} " "
                <a href=move || link_to_run(run.figures.name().as_deref())>
                    {say(|words| words.run.show_current())}
                </a>
            </p>
        </Show>
    }
}
