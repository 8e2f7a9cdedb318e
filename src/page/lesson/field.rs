//! A number to write, with what is wrong with it.

use leptos::prelude::*;

use super::{Word, word};

/// A labelled input. `id` is also what tests call it. While it is wrong, it is marked, and the mistake is told.
#[component]
pub fn NumberField(
    id: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] text: Signal<String>,
    #[prop(into)] edit: Callback<String>,
    #[prop(into)] wrong: Signal<bool>,
    mistake: Word,
) -> impl IntoView {
    let error = format!("{id}-error");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id type="text" inputmode="decimal" autocomplete="off" spellcheck="false"
                data-testid=id aria-describedby=error.clone()
                aria-invalid=move || wrong.get().then_some("true")
                prop:value=move || text.get()
                on:input:target=move |event| edit.run(event.target().value()) />
            <div class="field-error" id=error aria-live="polite">
                <Show when=move || wrong.get()><p>{word(mistake)}</p></Show>
            </div>
        </div>
    }
}

/// A number as visitors write it: also with a decimal comma, or with a minus as it is printed. `None` unless it is finite, and
/// where a comma may separate thousands.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-");
    if text.split_once(',').is_some_and(|(whole, rest)| is_thousands(whole, rest)) {
        return None;
    }
    let text = text.replace(',', ".");
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether the comma of `1,000` is none of a fraction, as that of `0,001` is.
fn is_thousands(whole: &str, rest: &str) -> bool {
    rest.len() == 3
        && rest.bytes().all(|byte| byte.is_ascii_digit())
        && whole.parse::<i64>().is_ok_and(|whole| whole != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_visitors_write_them() {
        assert_eq!(number(" 0.5 "), Some(0.5));
        assert_eq!(number("0,5"), Some(0.5));
        assert_eq!(number("−1e-3"), Some(-0.001));
        assert_eq!(number("0,001"), Some(0.001));
        assert_eq!(number("1,5"), Some(1.5));
        for wrong in ["", "half", "NaN", "inf", "1.2.3", "1,000", "−1,000", "1,000,000"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
