//! The part of an axis that takes pointer and keys: its two limits.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::Element;

use super::super::data::Compared;
use super::brush::{Drag, Limits, Track};
use super::lines::{Layout, SPAN, text_on};
use crate::page::words::figure_words;

/// Half the width of the part that takes a pointer, in pixels.
const REACH: f64 = 14.0;

/// The limits of all axes, and what they depend on.
#[derive(Clone, Copy)]
pub struct Limiting {
    /// Where the axes are.
    pub layout: Memo<Option<Layout>>,
    /// What is compared.
    pub compared: Signal<Compared>,
    /// The limits of each axis; an axis beyond its end has none.
    pub limits: RwSignal<Vec<Option<Limits>>>,
    /// CSS pixels to one of the drawing.
    pub scale: Signal<f64>,
}

impl Limiting {
    fn track<T>(self, at: usize, read: impl FnOnce(&Track) -> T) -> Option<T> {
        self.layout.with(|layout| Some(read(&layout.as_ref()?.axes.get(at)?.track)))
    }

    fn limits_of(self, at: usize) -> Option<Limits> {
        self.limits.with(|limits| limits.get(at).copied().flatten())
    }

    fn set(self, at: usize, to: Option<Limits>) {
        if untrack(|| self.limits_of(at)) == to {
            return;
        }
        self.limits.update(|limits| {
            if limits.len() <= at {
                limits.resize(at + 1, None);
            }
            if let Some(limits) = limits.get_mut(at) {
                *limits = to;
            }
        });
    }

    /// The limits in force, as shares of the axis.
    fn shares(self, at: usize) -> Option<Limits> {
        let limits = self.limits_of(at);
        self.track(at, |track| {
            let (low, high) = track.in_force(limits);
            (track.axis.share(low), track.axis.share(high))
        })
    }
}

/// The axis with this index (from 0). Dragging along it draws limits; each limit is a slider for keys.
#[component]
pub fn Strip(at: usize, limiting: Limiting) -> impl IntoView {
    let Limiting { layout, scale, .. } = limiting;
    let drag = StoredValue::new(None::<Drag>);
    let pixels = move |pixels: f64| format!("{}px", pixels * scale.get());
    let left = move || {
        let x = layout.with(|layout| Some(layout.as_ref()?.axes.get(at)?.x));
        x.map(|x| pixels(x - REACH))
    };
    let name = move || layout.with(|layout| Some(layout.as_ref()?.axes.get(at)?.name.clone()));
    let key = move || layout.with(|layout| Some(layout.as_ref()?.axes.get(at)?.key.clone()));
    let share_of = |event: &PointerEvent| {
        let strip: Element = event.current_target()?.dyn_into().ok()?;
        let place = strip.get_bounding_client_rect();
        Some(1.0 - (f64::from(event.client_y()) - place.top()) / place.height().max(1.0))
    };
    let press = move |event: PointerEvent| {
        let Some(share) = share_of(&event).filter(|_| event.button() == 0) else { return };
        if let Some(strip) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok()) {
            // Without it, the drag ends where the pointer leaves the axis.
            let _ = strip.set_pointer_capture(event.pointer_id());
        }
        let reach = REACH / (SPAN.1 * scale.get_untracked());
        let limits = untrack(|| limiting.limits_of(at));
        let begun =
            untrack(|| limiting.track(at, |track| Drag::begin(track, limits, share, reach)));
        drag.set_value(begun);
    };
    let go_on = move |event: PointerEvent| {
        let Some((drag, share)) = drag.get_value().zip(share_of(&event)) else { return };
        let limits = untrack(|| limiting.limits_of(at));
        let moved = untrack(|| limiting.track(at, |track| drag.moved(track, limits, share)));
        if let Some(moved) = moved {
            limiting.set(at, moved);
        }
    };
    let release = move |event: PointerEvent| {
        // A click draws nothing and takes the limits away.
        if drag.with_value(|drag| matches!(drag, Some(Drag::New(_)))) {
            go_on(event);
        }
        drag.set_value(None);
    };
    let filled = move || limiting.shares(at).filter(|_| limiting.limits_of(at).is_some());
    view! {
        <div class="parallel-strip" role="group" aria-label=name data-axis=key
            style:left=left
            style:top=move || pixels(SPAN.0)
            style:height=move || pixels(SPAN.1)
            on:pointerdown=press on:pointermove=go_on on:pointerup=release
            on:pointercancel=move |_| drag.set_value(None)>
            {move || filled().map(|(low, high)| {
                let (top, height) = (pixels(SPAN.1 * (1.0 - high)), pixels(SPAN.1 * (high - low)));
                view! { <div class="parallel-limits" style:top=top style:height=height></div> }
            })}
            <Limit at limiting is_upper=false />
            <Limit at limiting is_upper=true />
        </div>
    }
}

/// The lower or the upper limit of an axis, as a slider.
#[component]
fn Limit(at: usize, limiting: Limiting, is_upper: bool) -> impl IntoView {
    let Limiting { layout, compared, scale, .. } = limiting;
    let of = move |(low, high): Limits| if is_upper { high } else { low };
    let value = move || {
        let limits = limiting.limits_of(at);
        limiting.track(at, |track| of(track.in_force(limits)))
    };
    let label = move || {
        layout.with(|layout| {
            Some(figure_words().limit(&layout.as_ref()?.axes.get(at)?.name, is_upper))
        })
    };
    let top = move || {
        let share = limiting.shares(at).map(of)?;
        Some(format!("{}px", SPAN.1 * (1.0 - share) * scale.get()))
    };
    let press = move |event: KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let limits = untrack(|| limiting.limits_of(at));
        let moved = untrack(|| {
            limiting.track(at, |track| track.by_key(limits, is_upper, &event.key())).flatten()
        });
        if let Some(moved) = moved {
            event.prevent_default();
            limiting.set(at, moved);
        }
    };
    let end = move |is_last: bool| {
        let ends = limiting.track(at, Track::ends);
        ends.map(|(low, high)| if is_last { high } else { low }.to_string())
    };
    view! {
        <span class="parallel-limit" role="slider" tabindex="0" aria-orientation="vertical"
            data-testid=if is_upper { "parallel-upper" } else { "parallel-lower" }
            aria-label=label
            aria-valuemin=move || end(false)
            aria-valuemax=move || end(true)
            aria-valuenow=move || value().map(|value| value.to_string())
            aria-valuetext=move || {
                let value = value()?;
                Some(compared.with(|compared| text_on(compared, at, value)))
            }
            style:top=top
            on:keydown=press></span>
    }
}
