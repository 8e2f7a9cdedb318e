//! What is stored in this browser: use it, go on with it, take it away, remove it.

use leptos::prelude::*;

use super::browser::local_time;
use super::format::{UNKNOWN, bytes, four_decimals, percent, whole};
use super::session::Session;
use crate::protocol::{CheckpointRole, CheckpointSummary};

/// The list of checkpoints, newest first.
#[component]
pub fn Checkpoints(session: Session) -> impl IntoView {
    let empty = move || session.checkpoints.with(Vec::is_empty);
    view! {
        <section class="panel checkpoints" aria-labelledby="checkpoints-title">
            <div class="panel-head">
                <h2 id="checkpoints-title">"Checkpoints"</h2>
                <p class="note">"Kept in this browser; they survive a reload."</p>
            </div>
            <Show when=empty>
                <p class="nothing">
                    "None yet. A run stores its best model after each epoch, and its newest state when it \
                    is paused or stopped and from time to time."
                </p>
            </Show>
            <ul class="checkpoint-list">
                <For
                    each=move || session.checkpoints.get()
                    key=|checkpoint| (checkpoint.name.clone(), checkpoint.saved_at_ms.to_bits())
                    let:checkpoint
                >
                    <Row session checkpoint />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn Row(session: Session, checkpoint: CheckpointSummary) -> impl IntoView {
    let name = StoredValue::new(checkpoint.name.clone());
    let occupied = move || session.is_busy() || session.is_measuring();
    let used = Memo::new(move |_| {
        let name = name.get_value();
        let answers = session.prediction.with(
            |prediction| matches!(prediction, Some(Ok(prediction)) if prediction.weights == name),
        );
        answers || session.classifying_with.with(|used| used.as_ref() == Some(&name))
    });
    let resumable = checkpoint.role == CheckpointRole::Last && !checkpoint.finished;
    view! {
        <li
            class="checkpoint"
            data-testid="checkpoint-row"
            data-name=checkpoint.name.clone()
            class:checkpoint-used=used
        >
            <div class="checkpoint-title">
                <p class="checkpoint-name">{checkpoint.name.clone()}</p>
                <p class="note">{describe(&checkpoint)}</p>
            </div>
            <Figures checkpoint=checkpoint.clone() />
            <div class="checkpoint-actions">
                {resumable
                    .then(|| {
                        view! {
                            <button type="button" class="primary" data-testid="resume" disabled=occupied
                                on:click=move |_| session.resume(name.get_value())>
                                "Resume"
                            </button>
                        }
                    })}
                <button
                    type="button"
                    data-testid="checkpoint-load"
                    disabled=move || occupied() || used.get()
                    title="Classify with these weights"
                    on:click=move |_| session.load_checkpoint(name.get_value())
                >
                    {move || if used.get() { "In use" } else { "Use" }}
                </button>
                <button
                    type="button"
                    data-testid="checkpoint-download"
                    title="The weights alone, as safetensors that PyTorch's load_state_dict takes"
                    on:click=move |_| session.download_checkpoint(name.get_value(), true)
                >
                    "Weights"
                </button>
                <button
                    type="button"
                    data-testid="checkpoint-download-full"
                    title="Everything that resuming needs, as safetensors"
                    on:click=move |_| session.download_checkpoint(name.get_value(), false)
                >
                    "Full file"
                </button>
                <Delete session name />
            </div>
        </li>
    }
}

/// What kind of checkpoint it is, where it was made and when.
fn describe(checkpoint: &CheckpointSummary) -> String {
    let role = match (checkpoint.role, checkpoint.finished) {
        (CheckpointRole::Best, _) => "Best of its run",
        (CheckpointRole::Last, true) => "End of its run",
        (CheckpointRole::Last, false) => "Unfinished run",
    };
    let when = local_time(checkpoint.saved_at_ms);
    let size = bytes(checkpoint.bytes);
    format!("{role}, {when}, {size}, {}", checkpoint.engine)
}

#[component]
fn Figures(checkpoint: CheckpointSummary) -> impl IntoView {
    // A run of so many steps may end before its last epoch.
    let epochs = match checkpoint.config.steps {
        Some(_) => checkpoint.epoch.to_string(),
        None => format!("{} of {}", checkpoint.epoch, checkpoint.config.epochs),
    };
    let metrics = checkpoint.metrics;
    let accuracy = metrics.map_or_else(|| UNKNOWN.to_owned(), |at| percent(at.valid_accuracy));
    let figures = [
        ("Epochs", epochs),
        ("Step", whole(checkpoint.step)),
        ("Training loss", four_decimals(metrics.map(|at| at.train_loss))),
        ("Validation loss", four_decimals(metrics.map(|at| at.valid_loss))),
        ("Accuracy", accuracy),
    ];
    view! {
        <dl class="checkpoint-figures">
            {figures
                .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
                .collect_view()}
        </dl>
    }
}

/// Removing is for good, so it takes two presses; leaving the button takes the first one back.
#[component]
fn Delete(session: Session, name: StoredValue<String>) -> impl IntoView {
    let asked = RwSignal::new(false);
    let press = move |_| {
        if asked.get_untracked() {
            session.delete_checkpoint(name.get_value());
        }
        asked.update(|asked| *asked = !*asked);
    };
    view! {
        <button
            type="button"
            class="quiet"
            class:danger=asked
            data-testid="checkpoint-delete"
            on:click=press
            on:blur=move |_| asked.set(false)
        >
            {move || if asked.get() { "Delete for good?" } else { "Delete" }}
        </button>
    }
}
