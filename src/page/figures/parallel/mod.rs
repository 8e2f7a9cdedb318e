//! Parallel coordinates: an axis for each varied setting and each metric, a line for each combination, and limits on the
//! axes that let only some of them pass.
//!
//! `lines` and `brush` are plain arithmetic: where lines lie, and which limits pointer and keys make. `strip` is the part of an
//! axis that takes these.

mod brush;
mod lines;
mod strip;

use std::collections::BTreeSet;

use leptos::ev::PointerEvent;
use leptos::html::Div;
use leptos::prelude::*;

use self::lines::{Layout, csv_of, table};
use self::strip::{Limiting, Strip};
use super::data::Compared;
use super::shell::{Files, Shell, about_id};
use crate::page::charts::line_chart::extent_of;
use crate::page::words::figure_words;

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
    Effect::new(move |_| passing.set(now_passing.get()));
    let pointed = RwSignal::new(None::<usize>);
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
