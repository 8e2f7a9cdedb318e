//! Parallel coordinates: an axis for each varied setting and each metric, a line for each combination, and limits on the
//! axes that let only some of them pass.
//!
//! `lines`, `brush` and `ranking` are plain arithmetic: where lines lie, which limits pointer and keys make, and through which
//! lines keys go. `strip` is the part of an
//! axis that takes these.

mod brush;
mod lines;
mod ranking;
mod strip;

use std::collections::BTreeSet;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use self::lines::{Layout, csv_of, table};
use self::strip::{Limiting, Strip};
use super::data::Compared;
use super::shell::{Files, Shell, about_id, on_other_experiment};
use crate::page::charts::line_chart::extent_of;
use crate::page::words::figure_words;

#[cfg(test)]
pub fn layout_of(compared: &Compared, width: f64) -> Option<Layout> {
    Layout::of(compared, width)
}

const ID: &str = "parallel-coordinates";

/// All combinations as lines. `passing` tells which ones the visitor lets pass, by their ids; `None` while nothing is limited,
/// so that all pass.
#[component]
pub fn ParallelCoordinates(
    /// The runs.
    #[prop(into)]
    compared: Signal<Compared>,
    /// The ids of the combinations that pass.
    passing: RwSignal<Option<BTreeSet<usize>>>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let extent = extent_of(place);
    let layout = Memo::new(move |_| {
        let width = extent.get().size.0;
        (width > 0.0).then(|| compared.with(|compared| Layout::of(compared, width))).flatten()
    });
    let limits = RwSignal::new(Vec::new());
    let scale = Signal::derive(move || extent.get().scale);
    let limiting = Limiting { layout, compared, limits, scale };
    let now_passing = Memo::new(move |_| {
        compared.with(|compared| limits.with(|limits| lines::passing(compared, limits)))
    });
    Effect::new(move |_| {
        let now = now_passing.get();
        // Whoever follows it draws anew whenever it is set.
        if passing.with_untracked(|before| *before != now) {
            passing.set(now);
        }
    });
    let pointed = RwSignal::new(None::<usize>);
    on_other_experiment(compared, move || {
        limits.set(Vec::new());
        pointed.set(None);
    });
    let follow = move |event: PointerEvent| {
        let scale = scale.get_untracked();
        let at = (f64::from(event.offset_x()) / scale, f64::from(event.offset_y()) / scale);
        let near = |layout: &Layout, passing: &Option<BTreeSet<usize>>| {
            layout.pointed_at(passing.as_ref(), at)
        };
        let hit = layout.with_untracked(|layout| {
            now_passing.with_untracked(|passing| near(layout.as_ref()?, passing))
        });
        if pointed.get_untracked() != hit {
            pointed.set(hit);
        }
    };
    let below = move || {
        let shown = |passing: &Option<BTreeSet<usize>>| {
            layout.with(|layout| Some(layout.as_ref()?.lines_picture(passing.as_ref()).shown()))
        };
        now_passing.with(shown)
    };
    let above = move || {
        let words = figure_words();
        layout.with(|layout| Some(layout.as_ref()?.axes_picture(words).shown()))
    };
    let between = move || {
        let id = pointed.get()?;
        layout.with(|layout| Some(layout.as_ref()?.standing_out(id).shown()))
    };
    let size = move || layout.with(|it| it.as_ref().map_or((1.0, 0.0), |it| it.size));
    let view_box = move || {
        let (width, height) = size();
        format!("0 0 {width} {height}")
    };
    let told = move || {
        let id = pointed.get()?;
        compared.with(|compared| {
            let combination = compared.combinations.iter().find(|it| it.id == id)?;
            let values = compared.metrics.iter().enumerate().map(|(at, metric)| {
                (metric.label.clone(), metric.text(combination.summary(at).mean))
            });
            let values: Vec<_> = values.collect();
            Some(figure_words().combination_says(&combination.label, &values))
        })
    };
    let files = Files {
        csv: Callback::new(move |()| {
            let csv = |passing: &Option<_>| compared.with(|it| csv_of(it, passing.as_ref()));
            Some(untrack(|| now_passing.with(csv)))
        }),
        picture: Callback::new(move |()| {
            untrack(|| {
                let words = figure_words();
                layout.with(|layout| {
                    let layout = layout.as_ref()?;
                    let picture = |passing: &Option<BTreeSet<usize>>| {
                        limits.with(|limits| layout.for_file(passing.as_ref(), limits, words))
                    };
                    Some(now_passing.with(picture))
                })
            })
        }),
    };
    let as_table = move |()| {
        let table = |passing: &Option<_>| {
            compared.with(|compared| table(compared, passing.as_ref(), figure_words()))
        };
        now_passing.with(table)
    };
    let axes = Memo::new(move |_| layout.with(|it| it.as_ref().map_or(0, |it| it.axes.len())));
    let width = move || format!("{}px", size().0 * scale.get());
    view! {
        <Shell name=ID id=ID.to_owned() title=|_| figure_words().parallel()
            heading=Signal::derive(|| figure_words().parallel().to_owned())
            about=Signal::derive(|| figure_words().about_parallel().to_owned())
            table=as_table files>
            <Passing compared passing=now_passing limits />
            <div class="figure-plot" node_ref=place>
                <div class="insight-scroll parallel-scroll">
                    <div class="parallel-plane" style:width=width>
                        <svg class="figure-drawing" viewBox=view_box role="img"
                            aria-label=move || figure_words().parallel()
                            aria-describedby=about_id(ID)
                            on:pointermove=follow on:pointerdown=follow
                            on:pointerleave=move |_| pointed.set(None)>
                            <g class="figure-base">{below}</g>
                            {between}
                            {above}
                        </svg>
                        {move || {
                            let strip = |at| view! { <Strip at limiting /> };
                            (0..axes.get()).map(strip).collect_view()
                        }}
                    </div>
                </div>
                <Show when=move || layout.with(Option::is_none)>
                    <p class="note">{move || figure_words().none_yet()}</p>
                </Show>
            </div>
            <p class="note figure-told" data-testid="parallel-told">{told}</p>
            <Single compared passing=now_passing pointed told=Signal::derive(told) />
            <Key compared />
        </Shell>
    }
}

/// How many combinations pass, and a button that lets all of them pass again.
#[component]
fn Passing(
    compared: Signal<Compared>,
    passing: Memo<Option<BTreeSet<usize>>>,
    limits: RwSignal<Vec<Option<brush::Limits>>>,
) -> impl IntoView {
    let told = move || {
        let all = compared.with(|compared| compared.combinations.len());
        let passing = passing.with(|passing| passing.as_ref().map_or(all, BTreeSet::len));
        figure_words().passing(passing, all)
    };
    view! {
        <div class="figure-tools">
            <span role="status" data-testid="parallel-passing">{told}</span>
            <button type="button" class="quiet" data-testid="parallel-clear"
                disabled=move || passing.with(Option::is_none)
                on:click=move |_| limits.set(Vec::new())>
                {move || figure_words().clear_limits()}
            </button>
        </div>
    }
}

/// Singles out a line by keys: the better it is, the higher its number.
#[component]
fn Single(
    compared: Signal<Compared>,
    passing: Memo<Option<BTreeSet<usize>>>,
    pointed: RwSignal<Option<usize>>,
    told: Signal<Option<String>>,
) -> impl IntoView {
    let ranked = Memo::new(move |_| {
        passing
            .with(|passing| compared.with(|compared| ranking::ranked(compared, passing.as_ref())))
    });
    let count = move || ranked.with(Vec::len);
    let number = move || {
        let id = pointed.get()?;
        let at = ranked.with(|ranked| ranked.iter().position(|other| *other == id))?;
        Some(count() - at)
    };
    let press = move |event: KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let from = pointed.get_untracked();
        let to = ranked.with_untracked(|ranked| ranking::by_key(ranked, from, &event.key()));
        if let Some(to) = to {
            event.prevent_default();
            pointed.set(to);
        }
    };
    view! {
        <span class="note" role="spinbutton" tabindex="0" data-testid="parallel-single"
            aria-label=move || figure_words().single_out()
            aria-valuemin="1"
            aria-valuemax=move || count().to_string()
            aria-valuenow=move || number().map(|number| number.to_string())
            aria-valuetext=move || told.get()
            on:keydown=press
            on:focusout=move |_| pointed.set(None)>
            {move || figure_words().single_out()}
        </span>
    }
}

/// What the colours of the lines mean.
#[component]
fn Key(compared: Signal<Compared>) -> impl IntoView {
    let first = Memo::new(move |_| {
        compared.with(|compared| compared.metrics.first().map(|metric| metric.label.clone()))
    });
    view! {
        <p class="figure-key note">
            <span>{move || first.get().map(|metric| figure_words().worst(&metric))}</span>
            <span class="figure-ramp" aria-hidden="true"></span>
            <span>{move || first.get().map(|metric| figure_words().best(&metric))}</span>
        </p>
    }
}
