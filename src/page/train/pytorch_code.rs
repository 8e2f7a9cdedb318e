//! The settings in the form, as a program for PyTorch to copy.

use leptos::prelude::*;

use super::intro::TUTORIAL;
use crate::page::clipboard::{self, Copied, CopiedNote};
use crate::page::corrections::NextCorrections;
use crate::page::session::DataState;
use crate::page::words::say;
use crate::settings::{ProgramData, SettingsDraft, pytorch_program};

/// The program, which follows the form.
#[component]
pub fn PyTorchCode(
    draft: RwSignal<SettingsDraft>,
    corrections: NextCorrections,
    data: DataState,
) -> impl IntoView {
    let copied = RwSignal::new(Copied::No);
    // Absent while a setting has to be corrected.
    let program = Memo::new(move |_| {
        let own = data.overview.with(|overview| {
            let overview = overview.as_ref().filter(|overview| overview.own.is_some())?;
            let (classes, training_images) =
                (overview.class_names.len(), overview.train_images as usize);
            Some(ProgramData::Own { classes, training_images })
        });
        let data = own.unwrap_or_else(|| corrections.corrected().into());
        draft.with(SettingsDraft::check).ok().map(|config| pytorch_program(&config, data))
    });
    Effect::new(move |_| {
        program.track();
        copied.set(Copied::No);
    });
    let copy = move |_| {
        if let Some(text) = program.get_untracked() {
            clipboard::copy(text, copied);
        }
    };
    let is_usable = Memo::new(move |_| program.with(Option::is_some));
    view! {
        <details class="code-section" data-testid="pytorch-code-section">
            <summary>{say(|words| words.settings.in_pytorch())}</summary>
            <Show when=move || is_usable.get()>
                <p class="note">
                    {say(|words| words.settings.about_pytorch())} " "
                    <a href=TUTORIAL>{say(|words| words.header.tutorial())}</a>
                </p>
                <button type="button" data-testid="pytorch-code-copy" on:click=copy>
                    {say(|words| words.settings.copy_program())}
                </button>
                <CopiedNote copied />
                <pre data-testid="pytorch-code" tabindex="0" role="region" lang="en"
                    aria-label=say(|words| words.settings.in_pytorch())><code>{program}</code></pre>
            </Show>
            <Show when=move || !is_usable.get()>
                <p class="note">{say(|words| words.run.correct_settings_first())}</p>
            </Show>
        </details>
    }
}
