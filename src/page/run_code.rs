//! A run as code: a script for PyTorch and the terminal's command.
//!
//! The worker for files writes it, so that what few visitors open weighs nothing for the others.

use leptos::prelude::*;

use super::clipboard::{self, Copied, CopiedNote};
use super::corrections::NextCorrections;
use super::session::LibraryState;
use super::train::TUTORIAL;
use super::words::{Word, say, words};
use crate::library::WrittenCode;
use crate::protocol::{CodeFile, CodeOf};

/// The code of a run, which follows it while it is unfolded.
#[component]
pub fn RunCode(
    library: LibraryState,
    /// The run; absent while a setting has to be corrected.
    of: Memo<Option<CodeOf>>,
    /// What a run that begins now corrects.
    #[prop(optional)]
    corrections: Option<NextCorrections>,
    /// Whether the place is open: what is hidden is not in the document, where another run's code may be.
    in_sight: Signal<bool>,
) -> impl IntoView {
    let (open, exact) = (RwSignal::new(false), RwSignal::new(false));
    // The newest question; answers to earlier ones are out of date.
    let asked = StoredValue::new(0_u32);
    let (script, command) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let written = RwSignal::new(WrittenCode::default());
    Effect::new(move |_| {
        let exact = exact.get();
        let Some(of) = of.get().filter(|_| open.get() && in_sight.get()) else { return };
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        library.write_code(of, exact, move |code| {
            // The run may have left the list.
            if asked.try_get_value() == Some(number) {
                script.set(code.script.clone());
                command.set(code.command.clone());
                written.set(code);
            }
        });
    });
    let is_usable = Memo::new(move |_| of.with(Option::is_some) && in_sight.get());
    // Drawn when it is first unfolded, which few do.
    let was_open = Memo::new(move |before| before == Some(&true) || open.get());
    let can_be_exact = move || written.with(|code| code.inexact.is_none());
    let is_exact = Memo::new(move |_| exact.get() && can_be_exact());
    let about_exact = move || {
        written.with(|code| match &code.inexact {
            Some(why) => words().code.inexact(why),
            None => words().code.about_exact(exact.get(), code.augments).to_owned(),
        })
    };
    // What the link asks for is loaded only once the visitor has agreed.
    let waits = Memo::new(move |_| {
        of.with(|of| match of {
            Some(CodeOf::Next { files, .. }) => files.iter().any(|file| file.url.is_empty()),
            _ => false,
        })
    });
    let save = move |file: CodeFile| {
        let Some(mut of) = of.get_untracked() else { return };
        if let (CodeOf::Next { corrections: taken, .. }, Some(next)) = (&mut of, corrections) {
            *taken = next.taken();
        }
        library.save_code(of, is_exact.get_untracked(), file);
    };
    view! {
        <details class="code-section" data-testid="pytorch-code-section"
            on:toggle:target=move |event| open.set(event.target().open())>
            <summary>{say(|words| words.code.title())}</summary>
            <Show when=move || was_open.get() && is_usable.get()>
                <p class="note">
                    {say(|words| words.code.about_script())} " "
                    <a href=TUTORIAL>{say(|words| words.header.tutorial())}</a>
                </p>
                <div class="field">
                    <label class="flag">
                        <input type="checkbox" data-testid="pytorch-exact" aria-describedby="exact-note"
                            prop:checked=move || is_exact.get() disabled=move || !can_be_exact()
                            on:change:target=move |event| exact.set(event.target().checked()) />
                        {say(|words| words.code.exact())}
                    </label>
                    <p class="note" id="exact-note">
                        {about_exact}
                    </p>
                </div>
                <div class="code-actions">
                    <CopyButton text=script hook="pytorch-code-copy" />
                    <button type="button" data-testid="pytorch-download"
                        on:click=move |_| save(CodeFile::Script)>
                        {say(|words| words.code.script())}
                    </button>
                    <button type="button" data-testid="pytorch-notebook"
                        on:click=move |_| save(CodeFile::Notebook)>
                        {say(|words| words.code.notebook())}
                    </button>
                    <Show when=move || is_exact.get()>
                        <button type="button" data-testid="pytorch-exact-file"
                            disabled=move || waits.get() on:click=move |_| save(CodeFile::Exact)>
                            {say(|words| words.code.exact_file())}
                        </button>
                    </Show>
                    <Show when=move || written.with(|code| code.corrects)>
                        <button type="button" data-testid="pytorch-corrections"
                            on:click=move |_| save(CodeFile::Corrections)>
                            {say(|words| words.code.corrections_file())}
                        </button>
                    </Show>
                </div>
                <Text text=script hook="pytorch-code" label=|words| words.code.script() />
                <h3>{say(|words| words.code.command())}</h3>
                <p class="note">{say(|words| words.code.about_command())}</p>
                <div class="code-actions">
                    <CopyButton text=command hook="command-code-copy" />
                </div>
                <Text text=command hook="command-code" label=|words| words.code.command() />
            </Show>
            <Show when=move || of.with(Option::is_none)>
                <p class="note">{say(|words| words.run.correct_settings_first())}</p>
            </Show>
        </details>
    }
}

/// Copies a text.
#[component]
fn CopyButton(text: RwSignal<String>, hook: &'static str) -> impl IntoView {
    let copied = RwSignal::new(Copied::No);
    Effect::new(move |_| {
        text.track();
        copied.set(Copied::No);
    });
    view! {
        <button type="button" data-testid=hook
            on:click=move |_| clipboard::copy(text.get_untracked(), copied)>
            {say(|words| words.code.copy())}
        </button>
        <CopiedNote copied />
    }
}

/// A text that can be scrolled by keys.
#[component]
fn Text(text: RwSignal<String>, hook: &'static str, label: Word) -> impl IntoView {
    view! {
        <pre data-testid=hook tabindex="0" role="region" lang="en" aria-label=say(label)>
            <code>{move || text.get()}</code>
        </pre>
    }
}
