//! The feature maps of both convolutions as small pictures.

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::insight::{FEATURE_SIDE, ImageInside};
use crate::network::{CONV1, CONV2};
use crate::page::browser::paint_rgba;
use crate::page::words::lesson_words;

/// The side of a feature map of `conv1`.
const SIDE1: usize = 24;

/// A layer's feature maps.
struct Layer {
    name: &'static str,
    side: usize,
    channels: usize,
    of: fn(&ImageInside) -> &Vec<f32>,
}

const LAYERS: [Layer; 2] = [
    Layer { name: CONV1.name, side: SIDE1, channels: 6, of: |image| &image.conv1 },
    Layer { name: CONV2.name, side: FEATURE_SIDE, channels: 16, of: |image| &image.conv2 },
];

/// The feature maps of an image, once there are any.
#[component]
pub fn Maps(#[prop(into)] image: Signal<Option<ImageInside>>) -> impl IntoView {
    LAYERS
        .into_iter()
        .map(|layer| {
            let tiles = (0..layer.channels).map(|channel| {
                let (side, of) = (layer.side, layer.of);
                let rgba = Memo::new(move |_| {
                    image.with(|image| image.as_ref().map(|image| greys(of(image), channel, side)))
                });
                view! { <Tile rgba side layer=layer.name channel /> }
            });
            view! {
                <section class="lesson-maps" data-layer=layer.name>
                    <h4>{move || lesson_words().feature_maps(layer.name)}</h4>
                    <div>{tiles.collect_view()}</div>
                </section>
            }
        })
        .collect_view()
}

#[component]
fn Tile(
    rgba: Memo<Option<Vec<u8>>>,
    side: usize,
    layer: &'static str,
    channel: usize,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            rgba.with(|rgba| {
                if let Some(rgba) = rgba.as_ref().filter(|rgba| !rgba.is_empty()) {
                    paint_rgba(&canvas, rgba, side);
                }
            });
        }
    });
    view! {
        <canvas node_ref=canvas width=side.to_string() height=side.to_string() role="img"
            data-testid="lesson-map" data-painted=move || rgba.with(Option::is_some).to_string()
            aria-label=move || lesson_words().feature_map(layer, channel)></canvas>
    }
}

/// A feature map in greys, four bytes a pixel: black is 0, white the largest number of the whole layer.
fn greys(layer: &[f32], channel: usize, side: usize) -> Vec<u8> {
    let largest = layer.iter().copied().fold(0.0_f32, f32::max);
    let map = layer.chunks(side * side).nth(channel).unwrap_or_default();
    map.iter()
        .flat_map(|&value| {
            let share = if largest > 0.0 { value / largest } else { 0.0 };
            let grey = (255.0 * share.clamp(0.0, 1.0)) as u8;
            [grey, grey, grey, u8::MAX]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_number_of_the_layer_is_white() {
        let layer = [0.0, 1.0, 2.0, 0.5, 0.0, 0.0, 0.0, 4.0];
        let greys = |channel| greys(&layer, channel, 2).into_iter().step_by(4).collect::<Vec<_>>();
        assert_eq!(greys(0), [0, 63, 127, 31]);
        assert_eq!(greys(1), [0, 0, 0, 255]);
        assert!(greys(2).is_empty());
    }

    #[test]
    fn a_layer_without_any_response_is_black() {
        assert_eq!(greys(&[0.0; 4], 0, 2)[..4], [0, 0, 0, 255]);
    }
}
