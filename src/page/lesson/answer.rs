//! Which test image the network is asked about, and what it answers.

use leptos::prelude::*;

use super::state::Lesson;
use super::trouble::ImagesState;
use super::word;
use crate::page::insight::{Garment, ShownImages, TEST_IMAGES};
use crate::page::words::{lesson_words, words};
use crate::protocol::insight::SplitName;

/// How many classes an answer names.
const NAMED: usize = 3;

/// The image, with its class and the way to others.
#[component]
pub fn TestImage(lesson: Lesson, images: ShownImages) -> impl IntoView {
    let go = move |by: i64| {
        lesson.image.update(|image| {
            let index = i64::from(*image) + by;
            *image = index.rem_euclid(i64::from(TEST_IMAGES)) as u32;
        });
    };
    let label = move || {
        let label = images.published(SplitName::Test, lesson.image.get())?;
        Some(lesson_words().label(label, words().classifier.class_name(label.into())))
    };
    view! {
        <ImagesState images />
        <div class="lesson-test-image" role="group" aria-label=word(|words| words.test_image())>
            {move || view! { <Garment pixels=images.image(SplitName::Test, lesson.image.get()) attr:class="lesson-garment" /> }}
            <p>{label}</p>
            <div class="lesson-buttons">
                <button type="button" on:click=move |_| go(-1)>{word(|words| words.image_before())}</button>
                <button type="button" data-testid="lesson-next-image" on:click=move |_| go(1)>
                    {word(|words| words.image_after())}
                </button>
            </div>
        </div>
    }
}

/// The likeliest classes, once there are probabilities.
#[component]
pub fn Answer(#[prop(into)] probabilities: Signal<Option<Vec<f32>>>) -> impl IntoView {
    view! {
        <p class="lesson-answer" aria-live="polite" data-testid="lesson-answer">
            {move || probabilities.with(|it| it.as_deref().map(|it| lesson_words().answer(&likeliest(it))))}
        </p>
    }
}

/// The likeliest classes with their probabilities, the likeliest first.
fn likeliest(probabilities: &[f32]) -> Vec<(usize, f64)> {
    let mut order: Vec<_> = probabilities.iter().copied().map(f64::from).enumerate().collect();
    order.sort_by(|one, other| other.1.total_cmp(&one.1));
    order.truncate(NAMED);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_the_likeliest_classes_first() {
        let classes: Vec<_> =
            likeliest(&[0.1, 0.5, 0.25, 0.15]).into_iter().map(|(class, _)| class).collect();
        assert_eq!(classes, [1, 2, 3]);
    }
}
