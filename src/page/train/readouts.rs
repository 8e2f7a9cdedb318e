//! The run's numbers, in large type.

use leptos::prelude::*;

use crate::page::format::{four_decimals, percent};
use crate::page::session::{RECENT_STEPS, RunFigures};
use crate::page::words::{Word, say, words};
use crate::protocol::{EpochMetrics, RunOverview};

/// Step, epoch, losses, accuracy and speed, each as soon as it is known.
#[component]
pub fn Readouts(figures: RunFigures) -> impl IntoView {
    let live = figures.live;
    let last_epoch = move || figures.with_curves(|curves| curves.epochs.last().copied());
    let step = Memo::new(move |_| {
        figures.overview.with(Option::is_some).then(|| live.get().step.to_string())
    });
    let epoch = Memo::new(move |_| live.get().epoch.map(|epoch| epoch.to_string()));
    let epochs = move || {
        let planned = figures.overview.with(|run| run.as_ref().map(RunOverview::epochs));
        let words = &words().run;
        planned.map_or_else(|| words.passes().to_owned(), |epochs| words.of_epochs(epochs))
    };
    let valid = move |metric: fn(&EpochMetrics) -> f64| {
        Memo::new(move |_| last_epoch().map(|epoch| four_decimals(Some(metric(&epoch)))))
    };
    let after_epoch = move || words().run.after_epoch(last_epoch().map(|epoch| epoch.epoch));
    let in_training = move || {
        let rate = figures.background.get();
        rate.map_or_else(
            || words().run.in_training().to_owned(),
            |rate| words().run.in_background(rate),
        )
    };
    let rate = Memo::new(move |_| live.get().images_per_second.map(|rate| format!("{rate:.0}")));
    view! {
        <dl class="readouts">
            <Readout label=|words| words.run.training_loss() testid="train-loss" wide=true
                value=Memo::new(move |_| live.get().train_loss.map(|loss| four_decimals(Some(loss))))
                note=|| words().run.last_batches(RECENT_STEPS) />
            <Readout label=|words| words.run.validation_loss() testid="valid-loss"
                value=valid(|epoch| epoch.valid_loss) note=after_epoch />
            <Readout label=|words| words.run.validation_accuracy() testid="valid-accuracy" as_percent=true
                value=valid(|epoch| epoch.valid_accuracy) note=after_epoch />
            <Readout label=|words| words.run.epoch() testid="epoch" value=epoch note=epochs />
            <Readout label=|words| words.run.step() testid="step" value=step
                note=|| words().run.batches_seen().to_owned() />
            <Readout label=|words| words.run.images_a_second() testid="images-per-second" value=rate
                note=in_training />
        </dl>
    }
}

/// A number. Its attribute `data-value` holds it as other programs read it; `shown` is what a visitor reads, if that
/// is not the same.
#[component]
fn Readout(
    label: Word,
    testid: &'static str,
    value: Memo<Option<String>>,
    note: impl Fn() -> String + Send + 'static,
    #[prop(optional)] wide: bool,
    #[prop(optional)] as_percent: bool,
) -> impl IntoView {
    // It stays in the document, so that what reads it by its name finds it.
    view! {
        <div class="readout" class:readout-wide=wide hidden=move || value.with(Option::is_none)>
            <dt>{say(label)}</dt>
            <dd>
                <span class="readout-value" data-testid=testid data-value=move || value.get()>
                    {move || {
                        let share = value.get().filter(|_| as_percent).and_then(|it| it.parse().ok());
                        share.map(percent).or_else(|| value.get())
                    }}
                </span>
                <span class="readout-note">{note}</span>
            </dd>
        </div>
    }
}
