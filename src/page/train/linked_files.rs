//! The files that a link asks for: nothing is loaded before the visitor agrees to an address or chooses a file.

use leptos::prelude::*;
use web_sys::{File, Url};

use crate::library::GivenPart;
use crate::page::browser::name_of_file;
use crate::page::link::{RunInput, RunInputs};
use crate::page::session::CurrentRun;
use crate::page::words::{say, words};
use crate::protocol::MOST_LINKED_BYTES;

/// What the link asks for, each with the choices that there are.
#[component]
pub fn LinkedFiles(
    run: CurrentRun,
    inputs: RwSignal<RunInputs>,
    /// What happens once the visitor has agreed to all of them.
    agreed: Callback<()>,
) -> impl IntoView {
    let agree = move |part, url: String, from: String| {
        inputs.update(|inputs| {
            if let Some(input) = inputs.0.iter_mut().find(|input| input.part == part) {
                input.agree(url, from);
            }
        });
        if !inputs.with_untracked(RunInputs::wait) {
            agreed.run(());
        }
    };
    let choose = move |part, file: Option<File>| {
        let Some(file) = file else { return };
        // It lasts as long as the page, since further runs may begin with it. A file that cannot be read is reported
        // when a run begins.
        let url = Url::create_object_url_with_blob(&file).unwrap_or_default();
        agree(part, url, name_of_file(&file));
    };
    let row = move |input: RunInput| {
        let (part, address) = (input.part, StoredValue::new(input.address()));
        let elsewhere = input.is_elsewhere();
        let waits = input.agreed.is_none();
        let sentence = move || {
            let words = &words().settings;
            match &input.agreed {
                Some(file) => words.starts_from(part, &file.from),
                None => {
                    let other_site = elsewhere.then(|| address.get_value());
                    words.link_asks(part, other_site.as_deref(), MOST_LINKED_BYTES)
                }
            }
        };
        let load = move |_| agree(part, address.get_value(), address.get_value());
        view! {
            <p class="note">{sentence}</p>
            <div class="given-choices">
                {(waits && !elsewhere).then(|| view! {
                    <button type="button" class="given-load" data-testid="given-load" on:click=load>
                        {move || words().settings.load_file(&address.get_value())}
                    </button>
                })}
                <label class="upload">
                    <input type="file" data-testid=match part {
                            GivenPart::Weights => "given-weights-input",
                            GivenPart::Batches => "given-batches-input",
                        }
                        on:change:target=move |event| {
                            choose(part, event.target().files().and_then(|files| files.get(0)));
                        } />
                    <span>{say(|words| words.settings.choose_file())}</span>
                </label>
                <button type="button" class="quiet" data-testid="given-remove"
                    on:click=move |_| inputs.update(|inputs| inputs.0.retain(|it| it.part != part))>
                    {say(|words| words.settings.do_without_given())}
                </button>
            </div>
        }
    };
    view! {
        <Show when=move || !inputs.with(|inputs| inputs.0.is_empty())>
            <fieldset class="given" role="presentation" data-testid="given" disabled=move || run.is_busy()>
                {move || inputs.get().0.into_iter().map(row).collect_view()}
            </fieldset>
        </Show>
    }
}
