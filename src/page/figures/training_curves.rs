//! Curves laid over each other, banded by setting.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::curves::{Along, Band, Curves, Measure, bands, nearest};
use super::curves_drawing::{Frame, csv_of, for_file, picture, pointed_at, standing_out, table};
use super::palette::{Look, looks};
use super::shell::{Files, Shell, about_id, choice};
use crate::page::browser::focus_id;
use crate::page::charts::line_chart::extent_of;
use crate::page::words::figure_words;

const ID: &str = "training-curves";

/// The curves of each group of runs with the same settings: the mean as a line, and the range over its seeds as a band.
/// `measure` and `along` are what the visitor chooses to see; `curves` follows them.
#[component]
pub fn TrainingCurves(
    /// The curves of what `measure` and `along` say.
    #[prop(into)]
    curves: Signal<Curves>,
    /// What the curves show.
    measure: RwSignal<Measure>,
    /// What the horizontal axis counts.
    along: RwSignal<Along>,
) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let extent = extent_of(place);
    let is_log = RwSignal::new(true);
    let bands = Memo::new(move |_| curves.with(bands));
    let looks = Memo::new(move |_| {
        bands.with(|bands| looks(&bands.iter().map(|band| band.order).collect::<Vec<_>>()))
    });
    let frame = Memo::new(move |_| {
        let width = extent.get().size.0;
        let frame =
            |bands: &Vec<Band>| curves.with(|curves| Frame::of(curves, bands, width, is_log.get()));
        (width > 0.0).then(|| bands.with(frame)).flatten()
    });
    let drawn = Memo::new(move |_| {
        let frame = frame.get()?;
        let words = figure_words();
        Some(bands.with(|bands| looks.with(|looks| picture(&frame, bands, looks, words))))
    });
    let legend = LegendState { chosen: RwSignal::new(None), pointed: RwSignal::new(None) };
    let shown = legend.shown(bands);
    let over = move || {
        let (frame, at) = frame.get().zip(shown.get())?;
        let look = looks.with(|looks| looks.get(at).cloned())?;
        bands.with(|bands| Some(standing_out(&frame, bands.get(at)?, &look)))
    };
    // Where the pointer is; the last point otherwise.
    let across = RwSignal::new(None::<f64>);
    let follow = move |event: PointerEvent| {
        let scale = extent.get_untracked().scale;
        let at = (f64::from(event.offset_x()) / scale, f64::from(event.offset_y()) / scale);
        if let Some(frame) = frame.get_untracked() {
            across.set(Some(frame.x_at(at.0)));
            let hit = bands.with_untracked(|bands| pointed_at(&frame, bands, at));
            legend.pointed.set(hit);
        }
    };
    let leave = move |_| {
        across.set(None);
        legend.pointed.set(None);
    };
    let told = move || {
        let at = shown.get()?;
        let (measure, along) = curves.with(|curves| (curves.measure, curves.along));
        bands.with(|bands| {
            let band = bands.get(at)?;
            let point = nearest(band, across.get().unwrap_or(f64::INFINITY))?;
            Some(figure_words().curve_says(&band.label, along, point, measure.unit()))
        })
    };
    let view_box = move || {
        let (width, height) = drawn.with(|it| it.as_ref().map_or((1.0, 0.0), |it| it.size));
        format!("0 0 {width} {height}")
    };
    let files = Files {
        csv: Callback::new(move |()| {
            Some(untrack(|| curves.with(|curves| bands.with(|bands| csv_of(curves, bands)))))
        }),
        picture: Callback::new(move |()| {
            untrack(|| {
                let (frame, words) = (frame.get()?, figure_words());
                let both = |bands: &Vec<Band>| looks.with(|it| for_file(&frame, bands, it, words));
                Some(bands.with(both))
            })
        }),
    };
    let as_table =
        move |()| curves.with(|curves| bands.with(|bands| table(curves, bands, figure_words())));
    let about = move || {
        let runs = bands.with(|bands| bands.iter().map(|band| band.runs).sum());
        figure_words().about_curves(bands.with(Vec::len), runs)
    };
    let tools = view! { <Tools measure along is_log /> }.into_any();
    view! {
        <Shell name=ID id=ID.to_owned() title=|_| figure_words().training_curves()
            heading=Signal::derive(|| figure_words().training_curves().to_owned())
            about=Signal::derive(about) table=as_table files tools>
            <div class="figure-plot" node_ref=place>
                <svg class="figure-drawing" viewBox=view_box role="img"
                    aria-label=move || figure_words().training_curves()
                    aria-describedby=about_id(ID)
                    on:pointermove=follow on:pointerdown=follow on:pointerleave=leave>
                    <g class="figure-base" class:figure-dimmed=move || shown.get().is_some()>
                        {move || drawn.with(|drawn| drawn.as_ref().map(|it| it.shown()))}
                    </g>
                    {move || over().map(|picture| picture.shown())}
                </svg>
                <Show when=move || frame.with(Option::is_none)>
                    <p class="note">{move || figure_words().none_yet()}</p>
                </Show>
            </div>
            <p class="note figure-told" role="status" data-testid="training-curves-told">{told}</p>
            <Legend bands looks legend />
        </Shell>
    }
}

/// What is shown: validation loss, training loss or accuracy, by epoch or step, logarithmic or not.
#[component]
fn Tools(
    measure: RwSignal<Measure>,
    along: RwSignal<Along>,
    is_log: RwSignal<bool>,
) -> impl IntoView {
    let measures = Measure::ALL.map(|this| {
        let label = move || figure_words().measure(this).to_owned();
        choice(measure, this, format!("curves-{}", this.key()), label)
    });
    let alongs = Along::ALL.map(|this| {
        let label = move || figure_words().by_along(this).to_owned();
        choice(along, this, format!("curves-by-{}", this.key()), label)
    });
    view! {
        <div class="figure-tools">
            <div class="presets" role="group" aria-label=move || figure_words().shown_measure()>
                {measures.collect_view()}
            </div>
            <div class="presets" role="group" aria-label=move || figure_words().horizontal_axis()>
                {alongs.collect_view()}
            </div>
            <label class="chart-switch">
                <input type="checkbox" data-testid="curves-log"
                    prop:checked=move || is_log.get() && measure.get().is_loss()
                    prop:disabled=move || !measure.get().is_loss()
                    on:change:target=move |event| is_log.set(event.target().checked()) />
                <span>{move || figure_words().log_scale()}</span>
            </label>
        </div>
    }
}

/// Which group stands out.
#[derive(Clone, Copy)]
struct LegendState {
    /// The one that was chosen in the legend; it has the focus there.
    chosen: RwSignal<Option<usize>>,
    /// The one that is pointed at.
    pointed: RwSignal<Option<usize>>,
}

impl LegendState {
    fn shown(self, bands: Memo<Vec<Band>>) -> Memo<Option<usize>> {
        Memo::new(move |_| {
            let shown = self.pointed.get().or(self.chosen.get());
            shown.filter(|at| *at < bands.with(Vec::len))
        })
    }
}

/// The groups' names: a list of which one is chosen, through which arrow keys go.
#[component]
fn Legend(bands: Memo<Vec<Band>>, looks: Memo<Vec<Look>>, legend: LegendState) -> impl IntoView {
    let LegendState { chosen, pointed } = legend;
    // Points come often, names rarely.
    let names = Memo::new(move |_| {
        bands.with(|bands| bands.iter().map(|band| band.label.clone()).collect::<Vec<_>>())
    });
    let press = move |event: KeyboardEvent| {
        let Some(to) = by_key(chosen.get_untracked(), names.with_untracked(Vec::len), &event.key())
        else {
            return;
        };
        event.prevent_default();
        chosen.set(to);
        if let Some(to) = to {
            focus_id(&entry_id(to));
        }
    };
    let entry = move |(at, name): (usize, String)| {
        let look = looks.with(|looks| looks.get(at).cloned());
        let (colour, dashes) = look.map(|it| (it.colour, it.dashes)).unwrap_or_default();
        let dashes = dashes.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
        view! {
            <li id=entry_id(at) role="option" class="figure-entry"
                aria-selected=move || (chosen.get() == Some(at)).to_string()
                tabindex=move || if chosen.get().unwrap_or(0) == at { "0" } else { "-1" }
                on:focus=move |_| chosen.set(Some(at))
                on:pointerenter=move |_| pointed.set(Some(at))
                on:pointerleave=move |_| pointed.set(None)>
                <svg width="26" height="8" aria-hidden="true">
                    <line x1="0" y1="4" x2="26" y2="4" stroke=colour stroke-width="2" stroke-dasharray=dashes />
                </svg>
                {name}
            </li>
        }
    };
    view! {
        <ul class="figure-legend" role="listbox" aria-label=move || figure_words().groups()
            data-testid="training-curves-legend" on:keydown=press
            on:focusout=move |_| chosen.set(None)>
            {move || names.get().into_iter().enumerate().map(entry).collect_view()}
        </ul>
    }
}

fn entry_id(at: usize) -> String {
    format!("{ID}-group-{at}")
}

/// The group to which a key moves in a list of so many; `None` inside if none stands out any more, `None` for other keys.
fn by_key(from: Option<usize>, groups: usize, key: &str) -> Option<Option<usize>> {
    let last = groups.checked_sub(1)?;
    let from = from.unwrap_or_default();
    Some(match key {
        "ArrowUp" | "ArrowLeft" => Some(from.saturating_sub(1)),
        "ArrowDown" | "ArrowRight" => Some((from + 1).min(last)),
        "Home" => Some(0),
        "End" => Some(last),
        "Escape" => None,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_go_through_the_groups_and_stop_at_the_ends() {
        assert_eq!(by_key(Some(1), 3, "ArrowDown"), Some(Some(2)));
        assert_eq!(by_key(Some(2), 3, "ArrowRight"), Some(Some(2)));
        assert_eq!(by_key(Some(0), 3, "ArrowUp"), Some(Some(0)));
        assert_eq!(by_key(None, 3, "End"), Some(Some(2)));
        assert_eq!(by_key(Some(2), 3, "Home"), Some(Some(0)));
    }

    #[test]
    fn escape_lets_no_group_stand_out_and_other_keys_are_left_to_the_browser() {
        assert_eq!(by_key(Some(1), 3, "Escape"), Some(None));
        assert_eq!(by_key(Some(1), 3, "Tab"), None);
        assert_eq!(by_key(None, 0, "ArrowDown"), None);
    }
}
