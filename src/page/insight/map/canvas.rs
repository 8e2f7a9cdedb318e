//! The canvas of the map: what is drawn, and what pointer and keys do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use leptos::ev;
use leptos::html::Canvas;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use super::marks::{Over, paint};
use super::plane::{Pixel, Point, View};
use super::{Drawn, shown_groups};
use crate::insight::Evaluation;
use crate::page::browser::{context_of, now_ms, on_resize};
use crate::page::insight::ShownImages;
use crate::page::insight::explore::{Explored, ExploredImage, key_of, told};
use crate::page::insight::vector::resolved_colours;
use crate::page::words::explore_words;
use crate::protocol::insight::SplitName;

/// A point is pointed at from this many pixels.
const REACH: f64 = 14.0;
/// An arrow key moves by this share of the view.
const STEP: f64 = 0.1;
/// A key or button comes closer by this factor.
const ZOOM: f64 = 1.4;
/// A wheel's pixels to a factor of e.
const WHEEL: f64 = 500.0;
/// How often to look whether the scheme has changed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// No canvas has more pixels to one of the screen: it would be slow.
const MOST_RATIO: f64 = 2.0;

/// The canvas with its buttons, and the image that is pointed at.
#[component]
pub fn MapCanvas(
    drawn: Drawn,
    images: ShownImages,
    evaluation: Memo<Option<Arc<Evaluation>>>,
    points: Memo<Arc<Vec<Point>>>,
    groups: Memo<Vec<Vec<u32>>>,
) -> impl IntoView {
    let Drawn { by, only, view, selected, .. } = drawn;
    let canvas = NodeRef::<Canvas>::new();
    let size = RwSignal::new((0.0, 0.0));
    let pointed = RwSignal::new(None::<u32>);
    let has_cross = RwSignal::new(false);
    let selects = RwSignal::new(false);
    let rectangle = RwSignal::new(None::<(Pixel, Pixel)>);
    let took_ms = RwSignal::new(0.0);
    let pointers = StoredValue::new(BTreeMap::<i32, Pixel>::new());
    let shown = move || -> Vec<u32> {
        groups.with_untracked(|groups| {
            let only = only.get_untracked();
            let shown = groups.iter().enumerate();
            let shown = shown.filter(|(group, _)| only.is_none_or(|only| only == *group));
            shown.flat_map(|(_, members)| members).copied().collect()
        })
    };
    let whole = move || {
        let fits = points.with_untracked(|points| View::of(points, size.get_untracked()));
        view.set((size.get_untracked().0 > 0.0).then_some(fits));
    };
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            let measured = canvas.clone();
            let measure = move || {
                size.set((f64::from(measured.client_width()), f64::from(measured.client_height())));
            };
            measure();
            on_resize(&canvas, measure);
        }
    });
    Effect::new(move |_| {
        size.track();
        points.track();
        whole();
    });
    Effect::new(move |_| {
        by.track();
        only.track();
        points.track();
        pointed.set(None);
    });
    // The colours follow the scheme, of whose change nothing tells the canvas.
    let scheme = RwSignal::new(None::<String>);
    let look = move || {
        let style =
            canvas.get_untracked().and_then(|canvas| window().get_computed_style(&canvas).ok());
        let now = style.flatten().and_then(|style| style.get_property_value("color").ok());
        if scheme.with_untracked(|before| *before != now) {
            scheme.set(now);
        }
    };
    if let Ok(watch) = set_interval_with_handle(look, LOOK_EVERY) {
        on_cleanup(move || watch.clear());
    }
    Effect::new(move |_| {
        let Some((canvas, view)) = canvas.get().zip(view.get()) else { return };
        scheme.track();
        let ratio = window().device_pixel_ratio().clamp(1.0, MOST_RATIO);
        let (width, height) = (view.centre().0 * 2.0 * ratio, view.centre().1 * 2.0 * ratio);
        let began = now_ms();
        if (canvas.width(), canvas.height()) != (width as u32, height as u32) {
            canvas.set_width(width as u32);
            canvas.set_height(height as u32);
        }
        let Some(context) = context_of(&canvas, false) else { return };
        let over = Over {
            pointed: pointed
                .get()
                .and_then(|at| points.with(|points| points.get(at as usize).copied())),
            rectangle: rectangle.get(),
            cross: has_cross.get(),
        };
        let painted = groups.with(|groups| {
            let groups = shown_groups(by.get(), only.get(), groups);
            let tokens = groups.iter().map(|(token, ..)| format!("var(--{token})"));
            let mut colours = resolved_colours(tokens.chain(["var(--ink)".to_owned()]));
            let ink = colours.pop().unwrap_or_default();
            let groups: Vec<_> = groups
                .into_iter()
                .zip(colours)
                .map(|((_, is_square, members), colour)| (colour, is_square, members))
                .collect();
            points.with(|points| paint(&context, points, &groups, &view, &ink, ratio, &over))
        });
        if let Err(error) = painted {
            web_sys::console::error_1(&error);
        }
        took_ms.set(now_ms() - began);
    });
    let point_at = move |at: Pixel| {
        let found = view.with_untracked(|view| {
            let nearest = |view: &View| {
                points.with_untracked(|points| view.nearest(points, shown().into_iter(), at, REACH))
            };
            view.as_ref().and_then(nearest)
        });
        if pointed.get_untracked() != found {
            pointed.set(found);
        }
    };
    let change = move |to: &dyn Fn(View) -> View| view.update(|view| *view = view.map(to));
    let by_key = move |to: &dyn Fn(View) -> View| {
        change(to);
        has_cross.set(true);
        if let Some(view) = view.get_untracked() {
            point_at(view.centre());
        }
    };
    let select = move |corners: (Pixel, Pixel)| {
        let found = view.with_untracked(|view| {
            let within = |view: &View| {
                points.with_untracked(|points| view.within(points, shown().into_iter(), corners))
            };
            view.as_ref().map(within)
        });
        selected.set(found);
    };
    let select_view = move |_| select(((0.0, 0.0), size.get_untracked()));
    let press = move |event: PointerEvent| {
        has_cross.set(false);
        let at = place_of(&event);
        if let Some(canvas) = canvas.get_untracked() {
            // Without it, a drag ends at the edge.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
        pointers.update_value(|pointers| {
            pointers.insert(event.pointer_id(), at);
        });
        let is_alone = pointers.with_value(BTreeMap::len) == 1;
        let draws = is_alone && (selects.get_untracked() || event.shift_key());
        rectangle.set(draws.then_some((at, at)));
    };
    let follow = move |event: PointerEvent| {
        let at = place_of(&event);
        let before = pointers.with_value(|pointers| pointers.get(&event.pointer_id()).copied());
        let Some(before) = before else { return point_at(at) };
        if let Some((from, _)) = rectangle.get_untracked() {
            return rectangle.set(Some((from, at)));
        }
        let other = pointers.with_value(|pointers| {
            pointers.iter().find(|(id, _)| **id != event.pointer_id()).map(|(_, at)| *at)
        });
        pointers.update_value(|pointers| {
            pointers.insert(event.pointer_id(), at);
        });
        let moved = (at.0 - before.0, at.1 - before.1);
        match other {
            None => change(&|view| view.moved(moved)),
            Some(other) => {
                let apart = |one: Pixel| (one.0 - other.0).hypot(one.1 - other.1);
                let factor = if apart(before) > 0.0 { apart(at) / apart(before) } else { 1.0 };
                change(&|view| view.closer(factor, other));
            }
        }
    };
    let release = move |event: PointerEvent| {
        pointers.update_value(|pointers| {
            pointers.remove(&event.pointer_id());
        });
        if let Some(corners) = rectangle.get_untracked() {
            rectangle.set(None);
            selects.set(false);
            if corners.0 != corners.1 {
                select(corners);
            }
        }
    };
    // Otherwise the wheel scrolls the page, which would stop at the map.
    let has_focus = RwSignal::new(false);
    let wheel = move |event: ev::WheelEvent| {
        if !event.ctrl_key() && !has_focus.get_untracked() {
            return;
        }
        event.prevent_default();
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        // Lines are told apart from pixels.
        let unit = if event.delta_mode() == 0 { 1.0 } else { 24.0 };
        let factor = (-event.delta_y() * unit / WHEEL).exp();
        change(&|view| view.closer(factor, at));
    };
    let key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let (width, height) = size.get_untracked();
        match event.key().as_str() {
            "ArrowLeft" => by_key(&|view| view.moved((width * STEP, 0.0))),
            "ArrowRight" => by_key(&|view| view.moved((-width * STEP, 0.0))),
            "ArrowUp" => by_key(&|view| view.moved((0.0, height * STEP))),
            "ArrowDown" => by_key(&|view| view.moved((0.0, -height * STEP))),
            "+" | "=" => by_key(&|view| view.closer(ZOOM, view.centre())),
            "-" | "_" => by_key(&|view| view.closer(1.0 / ZOOM, view.centre())),
            "0" => whole(),
            "Enter" => select(((0.0, 0.0), (width, height))),
            "Escape" => selected.set(None),
            _ => return,
        }
        event.prevent_default();
    };
    let pointed_image = move || -> Vec<Explored> {
        let image = evaluation.with(|it| it.as_ref()?.image(pointed.get()?));
        image.map(|image| (SplitName::Test, image)).into_iter().collect()
    };
    view! {
        <div class="map-body">
            <div class="map-plane">
                <canvas node_ref=canvas class="embedding-map" class:map-selects=move || selects.get()
                    tabindex="0" role="application" data-testid="embedding-map"
                    data-points=move || points.with(|points| {
                        points.iter().filter(|point| point[0].is_finite()).count().to_string()
                    })
                    data-closeness=move || view.get().map(|view| format!("{:.3}", view.closeness()))
                    data-origin=move || view.get().map(|view| {
                        let (x, y) = view.pixel([0.0, 0.0]);
                        format!("{x:.1} {y:.1}")
                    })
                    data-took=move || format!("{:.2}", took_ms.get())
                    aria-label=told(|words| words.about_map()) aria-describedby="map-help"
                    on:pointerdown=press on:pointermove=follow on:pointerup=release
                    on:pointercancel=release
                    on:pointerleave=move |_| if !has_cross.get_untracked() { pointed.set(None) }
                    on:focus=move |_| has_focus.set(true) on:blur=move |_| has_focus.set(false)
                    on:wheel=wheel on:keydown=key></canvas>
                <p class="note" id="map-help">{told(|words| words.map_help())}</p>
                <div class="map-buttons">
                    <button type="button" data-testid="map-closer"
                        on:click=move |_| change(&|view| view.closer(ZOOM, view.centre()))>
                        {told(|words| words.closer())}
                    </button>
                    <button type="button" data-testid="map-farther"
                        on:click=move |_| change(&|view| view.closer(1.0 / ZOOM, view.centre()))>
                        {told(|words| words.farther())}
                    </button>
                    <button type="button" data-testid="map-whole" on:click=move |_| whole()>
                        {told(|words| words.show_everything())}
                    </button>
                    <button type="button" data-testid="map-select"
                        aria-pressed=move || selects.get().to_string()
                        on:click=move |_| selects.update(|selects| *selects = !*selects)>
                        {told(|words| words.select_area())}
                    </button>
                    <button type="button" data-testid="map-select-view" on:click=select_view>
                        {told(|words| words.select_view())}
                    </button>
                </div>
            </div>
            // By keyboard the image is told, but not each one that the pointer passes.
            <div class="map-pointed" data-testid="map-pointed"
                aria-live=move || if has_cross.get() { "polite" } else { "off" }>
                <ul>
                    <For each=pointed_image key=key_of let((split, image))>
                        <ExploredImage images split image />
                    </For>
                </ul>
                <Show when=move || pointed.with(Option::is_none)>
                    <p class="note">{move || explore_words().point_at_one()}</p>
                </Show>
            </div>
        </div>
    }
}

fn place_of(event: &PointerEvent) -> Pixel {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}
