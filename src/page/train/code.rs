//! The settings in the form as code: a script for PyTorch and the terminal's command.
//!
//! The worker for files writes it, so that what few visitors open weighs nothing for the others.

use leptos::prelude::*;

use super::intro::TUTORIAL;
use crate::page::clipboard::{self, Copied, CopiedNote};
use crate::page::corrections::NextCorrections;
use crate::page::link::RunInputs;
use crate::page::session::{DataState, LibraryState};
use crate::page::words::{Word, say, words};
use crate::protocol::CodeFile;
use crate::settings::{CodeRequest, ProgramData, SettingsDraft};

/// The code, which follows the form while it is unfolded.
#[component]
pub fn RunCode(
    library: LibraryState,
    draft: RwSignal<SettingsDraft>,
    inputs: RwSignal<RunInputs>,
    corrections: NextCorrections,
    data: DataState,
) -> impl IntoView {
    let (open, exact) = (RwSignal::new(false), RwSignal::new(false));
    // Absent while a setting has to be corrected.
    let request = Memo::new(move |_| {
        let own = data.overview.with(|overview| {
            let overview = overview.as_ref().filter(|overview| overview.own.is_some())?;
            let (classes, training_images) =
                (overview.class_names.len() as u32, overview.train_images);
            Some(ProgramData::Own { classes, training_images })
        });
        let data = own.unwrap_or_else(|| ProgramData::Tutorial { corrects: corrections.correct() });
        let config = draft.with(SettingsDraft::check).ok()?;
        Some(CodeRequest { config, data, exact: exact.get() })
    });
    // The newest question; answers to earlier ones are out of date.
    let asked = StoredValue::new(0_u32);
    let (script, command) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        let files = inputs.with(RunInputs::named);
        let Some(request) = request.get().filter(|_| open.get()) else { return };
        asked.update_value(|asked| *asked += 1);
        let number = asked.get_value();
        library.write_code(request, files, move |written, line| {
            if asked.get_value() == number {
                script.set(written);
                command.set(line);
            }
        });
    });
    let is_usable = Memo::new(move |_| request.with(Option::is_some));
    let augments = Memo::new(move |_| {
        request.with(|it| it.as_ref().is_some_and(|it| !it.config.augmentation.is_off()))
    });
    // What the link asks for is loaded only once the visitor has agreed.
    let waits = Memo::new(move |_| inputs.with(RunInputs::wait));
    let save = move |file: CodeFile| {
        if let Some(request) = request.get_untracked() {
            library.save_code(request, file);
        }
    };
    let save_exact = move |_| {
        let (corrections, files) = (corrections.taken(), inputs.with_untracked(RunInputs::agreed));
        save(CodeFile::Exact { corrections, files });
    };
    view! {
        <details class="code-section" data-testid="pytorch-code-section"
            on:toggle:target=move |event| open.set(event.target().open())>
            <summary>{say(|words| words.code.title())}</summary>
            <Show when=move || is_usable.get()>
                <p class="note">
                    {say(|words| words.code.about_script())} " "
                    <a href=TUTORIAL>{say(|words| words.header.tutorial())}</a>
                </p>
                <div class="field">
                    <label class="flag">
                        <input type="checkbox" data-testid="pytorch-exact" aria-describedby="exact-note"
                            prop:checked=move || exact.get()
                            on:change:target=move |event| exact.set(event.target().checked()) />
                        {say(|words| words.code.exact())}
                    </label>
                    <p class="note" id="exact-note">
                        {move || words().code.about_exact(exact.get(), augments.get())}
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
                    <Show when=move || exact.get()>
                        <button type="button" data-testid="pytorch-exact-file"
                            disabled=move || waits.get() on:click=save_exact>
                            {say(|words| words.code.exact_file())}
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
            <Show when=move || !is_usable.get()>
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
