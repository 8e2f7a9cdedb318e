//! Whether the network's confidence is how often it is right.

use leptos::prelude::*;

use super::facts::Facts;
use super::reliability::{SIZE, csv_of, picture};
use super::save::Save;
use super::word;
use crate::insight::CalibrationBin;
use crate::page::format::{UNKNOWN, percent, whole};
use crate::page::words::insight_words;

/// The reliability diagram, its error, and its numbers as a table.
#[component]
pub fn CalibrationFigure(facts: Facts) -> impl IntoView {
    let drawn = move || {
        facts.calibration.with(|these| {
            let these = these.as_ref()?;
            let other = |other: &Option<_>| picture(these, other.as_ref(), insight_words());
            Some(facts.other_calibration.with(other))
        })
    };
    let error = Memo::new(move |_| {
        let errors =
            |these: &crate::insight::Calibration| these.expected_error.zip(these.maximum_error);
        facts.calibration.with(|these| these.as_ref().and_then(errors))
    });
    let told = move || {
        let (expected, maximum) = error.get()?;
        let other = facts.other_calibration.with(|other| other.as_ref()?.expected_error);
        let compared = other.map(|other| insight_words().compared_error(other));
        let told = insight_words().calibration_error(expected, maximum);
        Some(told + &compared.unwrap_or_default())
    };
    let csv = move |()| facts.calibration.with_untracked(|these| these.as_ref().map(csv_of));
    let shown_picture = move |()| untrack(drawn);
    let view_box = {
        let (width, height) = SIZE;
        format!("0 0 {width} {height}")
    };
    view! {
        <section class="insight-calibration" data-testid="calibration"
            data-error=move || error.get().map(|(expected, _)| expected.to_string())
            aria-labelledby="calibration-title">
            <div class="insight-head">
                <h3 id="calibration-title">{word(|words| words.calibration())}</h3>
            </div>
            <p class="note" data-testid="calibration-error">{told}</p>
            <svg class="reliability" viewBox=view_box role="img"
                aria-label=word(|words| words.about_calibration())>
                {move || drawn().map(|picture| picture.shown())}
            </svg>
            <details class="insight-details">
                <summary>{word(|words| words.as_table())}</summary>
                <div class="insight-scroll" tabindex="0" role="group"
                    aria-labelledby="calibration-title">
                    <table class="insight-table" data-testid="calibration-table"
                        aria-labelledby="calibration-title">
                        <thead>
                            <tr>
                                <th scope="col">{word(|words| words.confidence())}</th>
                                <th scope="col" class="insight-number">{word(|words| words.images())}</th>
                                <th scope="col" class="insight-number">{word(|words| words.mean_confidence())}</th>
                                <th scope="col" class="insight-number">{word(|words| words.accuracy())}</th>
                                <th scope="col" class="insight-number">{word(|words| words.gap())}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {move || {
                                facts.calibration.with(|these| {
                                    Some(these.as_ref()?.bins.iter().map(row).collect_view())
                                })
                            }}
                        </tbody>
                    </table>
                </div>
            </details>
            <Save file_name=facts.names("calibration") name="calibration" title=|words| words.calibration() csv
                picture=shown_picture />
        </section>
    }
}

fn row(bin: &CalibrationBin) -> impl IntoView + use<> {
    let share = |share: Option<f64>| share.map_or_else(|| UNKNOWN.to_owned(), percent);
    view! {
        <tr>
            <th scope="row">{format!("{:.1}–{}", bin.from * 100.0, percent(bin.to))}</th>
            <td class="insight-number">{whole(bin.images.into())}</td>
            <td class="insight-number">{share(bin.confidence)}</td>
            <td class="insight-number">{share(bin.accuracy)}</td>
            <td class="insight-number">{share(bin.gap())}</td>
        </tr>
    }
}
