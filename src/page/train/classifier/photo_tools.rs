//! What can be done to a photo on the pad: crop, turn, say what its background is.

use leptos::prelude::*;

use super::Subject;
use super::board::{Board, Cropping};
use super::photo::{Part, View};
use crate::garment::Tone;
use crate::page::words::{say, words};

/// The tools, while a photo is on the pad.
#[component]
pub fn PhotoTools(board: Board, subject: Subject) -> impl IntoView {
    let view = Memo::new(move |_| board.view());
    let is_photo = Memo::new(move |_| view.with(Option::is_some));
    let is_cropping = Memo::new(move |_| board.cropping.with(Option::is_some));
    let is_cropped =
        Memo::new(move |_| view.with(|view| view.is_some_and(|view| view.part != Part::WHOLE)));
    view! {
        <Show when=move || is_photo.get()>
            <div class="tool-buttons" role="group"
                aria-label=say(|words| words.classifier.photo_tools())>
                <button type="button" data-testid="picture-crop"
                    aria-pressed=move || is_cropping.get().to_string()
                    on:click=move |_| board.cropping.update(|cropping| {
                        *cropping = cropping.is_none().then(Cropping::default);
                    })>
                    {say(|words| words.classifier.crop())}
                </button>
                <Show when=move || is_cropped.get()>
                    <button type="button" data-testid="picture-whole"
                        on:click=move |_| board.change_view(|view| view.part = Part::WHOLE)>
                        {say(|words| words.classifier.whole_picture())}
                    </button>
                </Show>
                <button type="button" data-testid="picture-turn"
                    on:click=move |_| board.change_view(View::turn)>
                    {say(|words| words.classifier.turn())}
                </button>
                <ToneChoice board view subject />
            </div>
            <p class="note" role="status">
                {move || is_cropping.get().then(|| words().classifier.crop_how())}
            </p>
        </Show>
    }
}

#[component]
fn ToneChoice(board: Board, view: Memo<Option<View>>, subject: Subject) -> impl IntoView {
    let wished = Memo::new(move |_| view.with(|view| view.and_then(|view| view.tone)));
    // What is found without a wish.
    let found = Memo::new(move |before: Option<&Option<Tone>>| {
        let now = subject.prepared.with(|prepared| prepared.as_ref().map(|prepared| prepared.tone));
        if wished.get().is_none() { now } else { before.copied().flatten() }
    });
    let option = move |tone: Option<Tone>| {
        view! {
            <option value=name_of(tone) prop:selected=move || wished.get() == tone>
                {move || match tone {
                    None => words().classifier.tone_found(found.get()),
                    Some(tone) => words().classifier.tone(tone).to_owned(),
                }}
            </option>
        }
    };
    view! {
        <label class="picture-tone">
            <span>{say(|words| words.classifier.background())}</span>
            <select data-testid="picture-tone" prop:value=move || name_of(wished.get())
                on:change:target=move |event| {
                    let tone = tone_named(&event.target().value());
                    board.change_view(|view| view.tone = tone);
                }>
                {option(None)} {option(Some(Tone::Light))} {option(Some(Tone::Dark))}
            </select>
        </label>
    }
}

/// A tone as the page's elements name it.
const fn name_of(tone: Option<Tone>) -> &'static str {
    match tone {
        None => "found",
        Some(Tone::Light) => "light",
        Some(Tone::Dark) => "dark",
    }
}

fn tone_named(name: &str) -> Option<Tone> {
    [Tone::Light, Tone::Dark].into_iter().find(|tone| name_of(Some(*tone)) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_have_names() {
        for tone in [None, Some(Tone::Light), Some(Tone::Dark)] {
            assert_eq!(tone_named(name_of(tone)), tone);
        }
    }
}
