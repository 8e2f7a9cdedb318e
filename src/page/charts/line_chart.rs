//! A line chart in SVG: values by pointer, arrow keys or touch; a legend where names do not fit beside the lines.
//!
//! Our own, after reading leptos-chartistry 0.2: its tooltip only opens to the left of a mouse and at
//! page coordinates, which a phone or a positioned parent cuts off; it knows neither keyboard nor
//! screen reader; colours and fonts are set inline, out of a theme's reach; and its series must share
//! one list of points. What is needed here is less code than working around that.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::drawing::{axes, lines, names, reference};
use super::plot::{Frame, Line, Plot, entries, nearest};
use crate::page::browser::on_resize;
use crate::page::words::{Newest, Words, say, words};

/// A chart's extent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// Width and height in the drawing's own pixels.
    pub size: (f64, f64),
    /// CSS pixels to one of these: above 1 if the page's type is larger than usual, so that the chart's texts, lines
    /// and margins grow with it.
    pub scale: f64,
}

/// Draws a plot as large as the style sheet makes its container.
#[component]
pub fn LineChart(#[prop(into)] plot: Signal<Plot>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let extent = extent_of(place);
    let plot = Memo::new(move |_| plot.get());
    let frame = Memo::new(move |_| {
        let size = extent.get().size;
        (size.0 > 0.0).then(|| plot.with(|plot| Frame::of(plot, size))).flatten()
    });
    let empty = Memo::new(move |_| frame.with(Option::is_none));
    let view_box = move || {
        let (width, height) = extent.get().size;
        format!("0 0 {width} {height}")
    };
    let hovered = RwSignal::new(None::<f64>);
    let follow = move |event: PointerEvent| {
        if let Some(frame) = frame.get_untracked() {
            let across = f64::from(event.offset_x()) / extent.get_untracked().scale;
            hovered.set(Some(frame.value_at(across)));
        }
    };
    let step_through = move |event: KeyboardEvent| {
        let Some(target) =
            plot.with_untracked(|plot| by_key(plot, hovered.get_untracked(), &event.key()))
        else {
            return;
        };
        event.prevent_default();
        hovered.set(target);
    };
    let beside = Memo::new(move |_| {
        let (frame, x) = frame.get().zip(hovered.get())?;
        let scale = extent.get().scale;
        plot.with(|plot| beside(plot, &frame, scale, x))
    });
    // While a run draws, a screen reader announces the values only if they are others than before. As one text: a
    // memo of another kind would weigh more.
    let told = Memo::new(move |_| {
        let x = hovered.get().filter(|_| beside.with(Option::is_some))?;
        plot.with(|plot| values(plot, x))
    });
    // An `img` role takes no keys, and a `group` role leaves the arrow keys to the screen reader.
    view! {
        <Show when=move || frame.with(|frame| frame.is_some_and(|frame| !frame.has_names()))>
            <Legend plot />
        </Show>
        <div
            class="plot"
            class:plot-without-data=move || empty.get()
            node_ref=place
            role="application"
            aria-roledescription=say(|words| words.charts.chart())
            aria-label=move || plot.with(|plot| summary(words(), plot))
            tabindex=move || if empty.get() { "-1" } else { "0" }
            on:blur=move |_| hovered.set(None)
            on:keydown=step_through
        >
            <svg
                aria-hidden="true"
                viewBox=view_box
                on:pointermove=follow
                on:pointerdown=follow
                on:pointerleave=move |_| hovered.set(None)
            >
                {move || frame.get().map(|frame| plot.with(|plot| axes(plot, &frame)))}
                {move || frame.get().and_then(|frame| plot.with(|plot| reference(plot, &frame)))}
                {move || frame.get().map(|frame| plot.with(|plot| lines(plot, &frame)))}
                {move || frame.get().map(|frame| plot.with(|plot| names(plot, &frame)))}
                {move || {
                    let (frame, x) = frame.get().zip(hovered.get())?;
                    plot.with(|plot| crosshair(plot, &frame, x))
                }}
            </svg>
            // It exists before its first text, because screen readers announce only changes.
            <div
                class="tooltip"
                class:tooltip-shown=move || beside.with(Option::is_some)
                role="status"
                style:left=move || beside.with(|beside| beside.as_ref()?.left.clone())
                style:right=move || beside.with(|beside| beside.as_ref()?.right.clone())
            >
                {move || told.get().map(tooltip)}
            </div>
            <Show when=move || empty.get()>
                <p class="plot-empty" aria-hidden="true">
                    {move || plot.with(|plot| plot.empty.to_string())}
                </p>
            </Show>
        </div>
    }
}

/// The extent of an element, updated when it changes.
pub fn extent_of(place: NodeRef<Div>) -> RwSignal<Extent> {
    let extent = RwSignal::new(Extent::default());
    Effect::new(move |_| {
        let Some(element) = place.get() else { return };
        let observed = element.clone();
        let measure = move || {
            let scale = type_scale();
            let [width, height] = [observed.client_width(), observed.client_height()]
                .map(|pixels| f64::from(pixels) / scale);
            extent.set(Extent { size: (width, height), scale });
        };
        measure();
        on_resize(&element, measure);
    });
    extent
}

/// The size of the page's type, 1 at browsers' usual 16 pixels.
fn type_scale() -> f64 {
    let style = document()
        .document_element()
        .and_then(|root| window().get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value("font-size").ok());
    let pixels = style.and_then(|size| size.trim_end_matches("px").parse::<f64>().ok());
    pixels.filter(|pixels| *pixels > 0.0).map_or(1.0, |pixels| pixels / 16.0)
}

/// The point to which an arrow key moves along the last line; `None` for other keys.
fn by_key(plot: &Plot, from: Option<f64>, key: &str) -> Option<Option<f64>> {
    let points = &plot.lines.last()?.points;
    let last = points.len().checked_sub(1)?;
    let now = from.and_then(|x| nearest(points, x));
    let stride = (last / 60).max(1);
    let target = match (key, now) {
        ("ArrowLeft", Some(now)) => now.saturating_sub(stride),
        ("ArrowRight", Some(now)) => (now + stride).min(last),
        ("ArrowLeft" | "End", _) => last,
        ("ArrowRight" | "Home", _) => 0,
        ("Escape", _) => return Some(None),
        _ => return None,
    };
    Some(Some(points[target].0))
}

fn summary(words: &Words, plot: &Plot) -> String {
    let newest = plot.lines.iter().filter_map(|line| {
        let (x, y) = *line.points.last()?;
        Some(Newest { line: &line.name, x, value: plot.unit.text(y) })
    });
    let newest: Vec<_> = newest.collect();
    if newest.is_empty() {
        words.charts.nothing_yet(&plot.title, &plot.empty)
    } else {
        words.charts.newest(&plot.title, plot.x, &newest)
    }
}

#[component]
fn Legend(plot: Memo<Plot>) -> impl IntoView {
    // The names change rarely, the points often.
    let entries = Memo::new(move |_| {
        plot.with(|plot| {
            let entries = entries(plot).into_iter();
            entries.map(|(name, look)| (name.to_owned(), look)).collect::<Vec<_>>()
        })
    });
    view! {
        <ul class="legend" aria-hidden="true">
            {move || {
                entries
                    .get()
                    .into_iter()
                    .map(|(name, look)| {
                        view! {
                            <li>
                                <svg width="22" height="8">
                                    <line class=look.class() x1="0" y1="4" x2="22" y2="4" />
                                </svg>
                                {name}
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
    }
}

/// A line, and its point nearest to the pointer.
type Hit<'a> = (&'a Line, f64, f64);

/// The nearest point of each line, and the position of the last one.
fn points_at(plot: &Plot, x: f64) -> Option<(f64, Vec<Hit<'_>>)> {
    let found: Vec<_> = plot
        .lines
        .iter()
        .filter_map(|line| {
            nearest(&line.points, x).map(|at| (line, line.points[at].0, line.points[at].1))
        })
        .collect();
    Some((found.last()?.1, found))
}

fn crosshair(plot: &Plot, frame: &Frame, x: f64) -> Option<impl IntoView + use<>> {
    let (at, points) = points_at(plot, x)?;
    let dots =
        points.into_iter().filter(|point| frame.draws(&(point.1, point.2))).map(|(line, x, y)| {
            view! { <circle class=line.look.class() cx=frame.px(x) cy=frame.py(y) r="4" /> }
        });
    let at = frame.px(at);
    Some(view! {
        <line class="crosshair" x1=at x2=at y1=Frame::TOP y2=frame.bottom() />
        {dots.collect_view()}
    })
}

/// The tooltip's position.
#[derive(Clone, Debug, PartialEq)]
struct Beside {
    left: Option<String>,
    right: Option<String>,
}

/// Beside the crosshair, on the side with enough space.
fn beside(plot: &Plot, frame: &Frame, scale: f64, x: f64) -> Option<Beside> {
    let (width, px) = (frame.size.0 * scale, frame.px(points_at(plot, x)?.0) * scale);
    let left_half = px < width / 2.0;
    Some(Beside {
        left: left_half.then(|| format!("{}px", px + 12.0)),
        right: (!left_half).then(|| format!("{}px", width - px + 12.0)),
    })
}

/// A position, and below it the name and the value of each line there, with a tab between them.
fn values(plot: &Plot, x: f64) -> Option<String> {
    let (at, points) = points_at(plot, x)?;
    let mut told = words().charts.place(plot.x, at);
    for (line, _, y) in points {
        told = told + "\n" + &line.name + "\t" + &plot.unit.text(y);
    }
    Some(told)
}

fn tooltip(told: String) -> impl IntoView {
    let mut lines = told.lines().map(str::to_owned);
    let place = lines.next();
    let rows = lines.map(|line| {
        let (name, value) = line.rsplit_once('\t').unwrap_or((&line, ""));
        view! { <dt>{name.to_owned()}</dt><dd>{value.to_owned()}</dd> }
    });
    view! {
        <p>{place}</p>
        <dl>{rows.collect_view()}</dl>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::charts::plot::{Count, Look};
    use crate::page::words::ENGLISH;

    fn plot(points: &[(f64, f64)]) -> Plot {
        let line = Line { name: "loss".to_owned(), look: Look::Accent, points: points.to_vec() };
        let (title, empty) = ("Loss by step".to_owned(), "It comes.".into());
        Plot { title, x: Count::Steps, lines: vec![line], empty, ..Plot::default() }
    }

    #[test]
    fn a_chart_is_told_in_words() {
        let told = |points| summary(&ENGLISH, &plot(points));
        assert_eq!(told(&[]), "Loss by step: no data yet. It comes.");
        let words = told(&[(1.0, 2.0), (1000.0, 0.5)]);
        assert!(words.starts_with("Loss by step. Latest: loss 0.5000 at step 1,000."), "{words}");
    }

    #[test]
    fn arrow_keys_go_from_point_to_point_and_escape_leaves() {
        let plot = plot(&[(1.0, 2.0), (2.0, 1.0), (3.0, 0.5)]);
        let key = |from, key| by_key(&plot, from, key);
        assert_eq!(key(None, "ArrowRight"), Some(Some(1.0)));
        assert_eq!(key(Some(1.0), "ArrowRight"), Some(Some(2.0)));
        assert_eq!(key(Some(3.0), "ArrowRight"), Some(Some(3.0)));
        assert_eq!(key(None, "ArrowLeft"), Some(Some(3.0)));
        assert_eq!(
            (key(Some(2.0), "Home"), key(Some(2.0), "End")),
            (Some(Some(1.0)), Some(Some(3.0)))
        );
        assert_eq!((key(Some(2.0), "Escape"), key(Some(2.0), "Tab")), (Some(None), None));
    }
}
