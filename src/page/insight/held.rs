//! Weights that are held while newer ones come by themselves, as they do at each epoch of a run: what takes long is finished
//! with the weights that it began with.

use leptos::prelude::*;

use super::explore::told;
use super::validation::Side;
use crate::protocol::insight::{KeptWeights, WeightsAt};

/// What the visitor has chosen: a run, and weights of it or its newest.
type Choice = (Option<String>, Option<WeightsAt>);

/// The weights that a section looks at.
#[derive(Clone, Copy)]
pub struct HeldWeights {
    side: Side,
    /// Those that are held; `None` while the side has none.
    pub weights: RwSignal<Option<KeptWeights>>,
    /// For which choice they are held.
    choice: StoredValue<Option<Choice>>,
}

impl HeldWeights {
    /// None yet.
    pub fn new(side: Side) -> Self {
        Self { side, weights: RwSignal::new(None), choice: StoredValue::new(None) }
    }

    /// Takes the side's weights, and others when the visitor chooses others, for as long as the caller's owner lives.
    pub fn follow(self) {
        let side = self.side;
        Effect::new(move |_| {
            let choice = Some((side.run.get(), side.picked.get()));
            let is_same = self.choice.get_value() == choice;
            self.choice.set_value(choice);
            let newest = side.weights.get();
            let held = self.weights.get_untracked();
            let next = next(is_same, held.as_ref(), newest.as_ref());
            if next != held.as_ref() {
                self.weights.set(next.cloned());
            }
        });
    }

    /// Whether the side has other weights than those that are held.
    pub fn has_newer(self) -> bool {
        self.weights
            .with(|held| self.side.weights.with(|newest| differ(held.as_ref(), newest.as_ref())))
    }

    /// Takes the side's weights.
    pub fn renew(self) {
        self.weights.set(self.side.weights.get_untracked());
    }
}

/// Which weights count: the same choice keeps those that are held, as long as there are any.
const fn next<'a>(
    is_same_choice: bool,
    held: Option<&'a KeptWeights>,
    newest: Option<&'a KeptWeights>,
) -> Option<&'a KeptWeights> {
    match (is_same_choice, held, newest) {
        (true, Some(held), Some(_)) => Some(held),
        _ => newest,
    }
}

/// Whether these, both of one run, are of different steps. The same weights may be kept in more than one place.
fn differ(held: Option<&KeptWeights>, newest: Option<&KeptWeights>) -> bool {
    let both = held.zip(newest);
    both.is_some_and(|(held, newest)| (held.epoch, held.step) != (newest.epoch, newest.step))
}

/// Offers the newer weights, if there are any.
#[component]
pub fn NewerWeights(
    held: HeldWeights,
    testid: &'static str,
    /// Called to use them.
    take: Callback<()>,
) -> impl IntoView {
    view! {
        <Show when=move || held.has_newer()>
            <button type="button" data-testid=testid on:click=move |_| take.run(())>
                {told(|words| words.use_newer())}
            </button>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(epoch: u32) -> KeptWeights {
        let at = WeightsAt::Epoch { run: "20260101-000000".to_owned(), epoch };
        KeptWeights { at, epoch, step: None, own: None }
    }

    #[test]
    fn weights_are_held_until_others_are_chosen_or_there_are_none() {
        let (first, second) = (kept(1), kept(2));
        assert_eq!(next(true, Some(&first), Some(&second)), Some(&first), "an epoch has ended");
        assert_eq!(next(false, Some(&first), Some(&second)), Some(&second), "others were chosen");
        assert_eq!(next(true, None, Some(&second)), Some(&second), "the first that there are");
        assert_eq!(next(true, Some(&first), None), None, "they were deleted");
    }

    #[test]
    fn the_same_weights_in_another_place_are_not_newer() {
        let at = WeightsAt::Checkpoint { name: "a".to_owned(), sha256: "b".to_owned() };
        let elsewhere = KeptWeights { at, ..kept(1) };
        assert!(!differ(Some(&elsewhere), Some(&kept(1))));
        assert!(differ(Some(&kept(1)), Some(&kept(2))));
        assert!(!differ(None, Some(&kept(2))), "there is nothing to renew yet");
    }
}
