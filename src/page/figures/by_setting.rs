//! A metric against one varied setting.

use leptos::html::Div;
use leptos::prelude::*;

use super::by_setting_drawing::BySettingData;
use super::data::Compared;
use super::shell::{Files, Shell, about_id};
use crate::page::charts::line_chart::extent_of;
use crate::page::words::figure_words;

/// The metric with this index against the setting with this index: a dot a run, the mean as a line, and whiskers of one
/// standard deviation. One for each varied setting may stand on the page.
#[component]
pub fn BySetting(
    /// The runs.
    #[prop(into)]
    compared: Signal<Compared>,
    /// The setting's index, from 0.
    setting: usize,
    /// The metric's index, from 0.
    #[prop(into)]
    metric: Signal<usize>,
) -> impl IntoView {
    let id = format!("by-setting-{setting}");
    let place = NodeRef::<Div>::new();
    let extent = extent_of(place);
    let data = Memo::new(move |_| {
        compared.with(|compared| BySettingData::of(compared, setting, metric.get()))
    });
    let drawn = Memo::new(move |_| {
        let width = extent.get().size.0;
        let words = figure_words();
        let data = data.get().filter(|data| width > 0.0 && !data.is_empty())?;
        Some(data.picture(width, words))
    });
    let heading = move || {
        let named = |it: &BySettingData| figure_words().metric_by(it.metric(), it.setting());
        data.with(|data| data.as_ref().map(named)).unwrap_or_default()
    };
    let view_box = move || {
        let (width, height) = drawn.with(|it| it.as_ref().map_or((1.0, 0.0), |it| it.size));
        format!("0 0 {width} {height}")
    };
    let table = move |()| {
        data.with(|data| data.as_ref().map(|it| it.table(figure_words())).unwrap_or_default())
    };
    let files = Files {
        csv: Callback::new(move |()| {
            data.with_untracked(|data| data.as_ref().map(BySettingData::csv))
        }),
        picture: Callback::new(move |()| drawn.get_untracked()),
    };
    let described = about_id(&id);
    view! {
        <Shell name="by-setting" id title=|_| figure_words().by_setting()
            heading=Signal::derive(heading)
            about=Signal::derive(|| figure_words().about_by_setting().to_owned()) table files>
            <div class="figure-plot" node_ref=place>
                <svg class="figure-drawing" viewBox=view_box role="img" aria-label=heading
                    aria-describedby=described.clone()>
                    {move || drawn.with(|drawn| drawn.as_ref().map(|it| it.shown()))}
                </svg>
                <Show when=move || drawn.with(Option::is_none)>
                    <p class="note">{move || figure_words().none_yet()}</p>
                </Show>
            </div>
        </Shell>
    }
}
