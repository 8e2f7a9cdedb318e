//! The parts of a line chart's drawing, in SVG.

use leptos::prelude::*;

use super::plot::{Frame, Plot, end_labels};
use crate::page::words::words;

pub fn axes(plot: &Plot, frame: &Frame) -> impl IntoView + use<> {
    let (left, right, top, bottom) = (Frame::LEFT, frame.right(), Frame::TOP, frame.bottom());
    let horizontal = frame.y_ticks(plot.unit).into_iter().map(|(value, label)| {
        let y = frame.py(value);
        view! {
            <line class="grid" x1=left x2=right y1=y y2=y />
            <text class="tick" x=left - 8.0 y=y dy="0.32em" text-anchor="end">{label}</text>
        }
    });
    let vertical = frame.x_ticks(plot.x).into_iter().map(|(value, label)| {
        let x = frame.px(value);
        view! {
            <line class="axis" x1=x x2=x y1=bottom y2=bottom + 4.0 />
            <text class="tick" x=x y=bottom + 17.0 text-anchor="middle">{label}</text>
        }
    });
    let marks = plot.marks.iter().filter(|mark| mark.x > frame.x.0 && mark.x < frame.x.1);
    let marks = marks.map(|mark| {
        let x = frame.px(mark.x);
        let label = (x + 52.0 < right).then(|| mark.label.clone());
        view! {
            <line class="mark" x1=x x2=x y1=top y2=bottom />
            <text class="tick" x=x + 4.0 y=top + 8.0>{label}</text>
        }
    });
    view! {
        <g>
            {horizontal.collect_view()}
            {marks.collect_view()}
            <line class="axis" x1=left x2=right y1=bottom y2=bottom />
            {vertical.collect_view()}
            <text class="axis-name" x="0" y="10">{plot.y_name}</text>
            <text class="axis-name" x=right y=bottom + 32.0 text-anchor="end">{words().charts.axis(plot.x)}</text>
        </g>
    }
}

/// Lines this short get a dot at each point; otherwise a single point would be invisible.
const DOTTED_UP_TO: usize = 30;

pub fn lines(plot: &Plot, frame: &Frame) -> impl IntoView + use<> {
    let drawn = plot.lines.iter().map(|line| {
        let class = line.look.class();
        let dots = if line.points.len() <= DOTTED_UP_TO { line.points.as_slice() } else { &[] };
        let dots = dots.iter().filter(|point| frame.draws(point)).map(|&(x, y)| {
            view! { <circle class=class cx=frame.px(x) cy=frame.py(y) r="3" /> }
        });
        let exits = frame.exits(&line.points).into_iter().map(|(x, upper)| {
            // The tip points out of the frame.
            let (tip, base) = if upper {
                (Frame::TOP - 7.0, Frame::TOP)
            } else {
                (frame.bottom() + 7.0, frame.bottom())
            };
            let points = format!("{:.1},{base} {:.1},{base} {x:.1},{tip}", x - 4.0, x + 4.0);
            view! { <polygon class="exit" points=points /> }
        });
        view! {
            <path class=class fill="none" d=frame.path(&line.points) />
            {dots.collect_view()}
            {exits.collect_view()}
        }
    });
    drawn.collect_view()
}

/// What PyTorch measured: its range as an area, the tutorial's values as a line.
pub fn reference(plot: &Plot, frame: &Frame) -> Option<impl IntoView + use<>> {
    let reference = plot.reference.as_ref()?;
    let pixels = |(x, y): (f64, f64)| format!("{:.1},{:.1} ", frame.px(x), frame.py(y));
    let end = plot.reference_end(frame.x.1);
    let range = reference.range.up_to(end);
    let lower = range.iter().map(|point| (point[0], point[1]));
    let upper = range.iter().rev().map(|point| (point[0], point[2]));
    let area: String = lower.chain(upper).map(pixels).collect();
    let printed = reference.printed.as_ref().map(|trace| {
        let points = trace.up_to(end);
        let line: String = points.iter().map(|point| pixels((point[0], point[1]))).collect();
        view! { <polyline class="look-reference" fill="none" points=line /> }
    });
    Some(view! {
        <polygon class="look-range" points=area />
        {printed}
    })
}

/// The lines' names at their ends.
pub fn names(plot: &Plot, frame: &Frame) -> impl IntoView + use<> {
    let label = |label: super::plot::Label| {
        let class = format!("name {}", label.look.class());
        view! { <text class=class x=label.x y=label.y dy="0.32em">{label.name}</text> }
    };
    end_labels(plot, frame).into_iter().map(label).collect_view()
}
