//! The numbers of the run, large.

use leptos::prelude::*;

use super::format::{UNKNOWN, four_decimals};
use super::session::{CurrentRun, RECENT_STEPS};
use crate::protocol::{EpochMetrics, RunOverview};

/// Step, epoch, losses, accuracy and speed.
#[component]
pub fn Readouts(run: CurrentRun) -> impl IntoView {
    let live = run.live;
    let last_epoch = move || run.with_curves(|curves| curves.epochs.last().copied());
    let step =
        Memo::new(move |_| run.overview.with(Option::is_some).then(|| live.get().step.to_string()));
    let epoch = Memo::new(move |_| live.get().epoch.map(|epoch| epoch.to_string()));
    let epochs = move || {
        let planned = run.overview.with(|run| run.as_ref().map(RunOverview::epochs));
        planned.map_or_else(|| "passes over the data".to_owned(), |epochs| format!("of {epochs}"))
    };
    let valid = move |metric: fn(&EpochMetrics) -> f64| {
        Memo::new(move |_| last_epoch().map(|epoch| four_decimals(Some(metric(&epoch)))))
    };
    let after_epoch = move || match last_epoch() {
        Some(epoch) => format!("after epoch {}", epoch.epoch),
        None => "after an epoch".to_owned(),
    };
    let rate = Memo::new(move |_| live.get().images_per_second.map(|rate| format!("{rate:.0}")));
    view! {
        <dl class="readouts">
            <Readout label="Training loss" testid="train-loss" wide=true
                value=Memo::new(move |_| live.get().train_loss.map(|loss| four_decimals(Some(loss))))
                note=move || format!("last {RECENT_STEPS} batches") />
            <Readout label="Validation loss" testid="valid-loss"
                value=valid(|epoch| epoch.valid_loss) note=after_epoch />
            <Readout label="Validation accuracy" testid="valid-accuracy"
                value=valid(|epoch| epoch.valid_accuracy) note=after_epoch />
            <Readout label="Epoch" testid="epoch" value=epoch note=epochs />
            <Readout label="Step" testid="step" value=step note=move || "batches seen".to_owned() />
            <Readout label="Images a second" testid="images-per-second" value=rate
                note=move || "training".to_owned() />
        </dl>
    }
}

#[component]
fn Readout(
    label: &'static str,
    testid: &'static str,
    value: Memo<Option<String>>,
    note: impl Fn() -> String + Send + 'static,
    #[prop(optional)] wide: bool,
) -> impl IntoView {
    view! {
        <div class="readout" class:readout-wide=wide>
            <dt>{label}</dt>
            <dd>
                <span class="readout-value" data-testid=testid data-value=move || value.get()>
                    {move || value.get().unwrap_or_else(|| UNKNOWN.to_owned())}
                </span>
                <span class="readout-note">{note}</span>
            </dd>
        </div>
    }
}
