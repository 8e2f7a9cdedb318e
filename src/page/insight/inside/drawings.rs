//! Filters, feature maps and activations as small pictures of coloured cells, and as tables. Plain data.

use super::super::table::{Cell, csv};
use super::super::vector::{Ink, Picture, Shape};
use crate::insight::Inside;
use crate::network::{CONV1, CONV2, FC1, FC2};

/// The side of a kernel of both convolutions.
pub const KERNEL: usize = 5;
/// Columns of the pictures of the hidden linear layers: 120 and 84 outputs.
pub const COLUMNS: (usize, usize) = (30, 21);
/// Cells between two kernels of a filter.
const GAP: usize = 1;
/// Cells between two pictures of a file.
const MARGIN: usize = 2;
/// Pixels of a cell in a file.
const CELL: f64 = 6.0;

/// A picture of coloured cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cells {
    /// Columns and rows.
    pub size: (usize, usize),
    /// The colours, row by row; `None` where there is nothing.
    pub colours: Vec<Option<[u8; 3]>>,
}

/// A filter or a feature map: what is drawn, and its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// The layer's name.
    pub layer: &'static str,
    /// The output channel, from 0.
    pub channel: usize,
    /// How it is drawn.
    pub cells: Cells,
    /// Its numbers.
    pub values: Vec<f32>,
}

/// White at 0, orange above, blue below; −1 to 1. Both differ from white in lightness, and from each other in hue.
fn diverging(strength: f32) -> [u8; 3] {
    const GROUND: [f32; 3] = [244.0, 243.0, 240.0];
    const ABOVE: [f32; 3] = [196.0, 84.0, 0.0];
    const BELOW: [f32; 3] = [22.0, 76.0, 178.0];
    let towards = if strength < 0.0 { BELOW } else { ABOVE };
    let share = strength.abs().min(1.0);
    std::array::from_fn(|at| (GROUND[at] + share * (towards[at] - GROUND[at])).round() as u8)
}

/// Black at 0 to white at 1.
fn grey(strength: f32) -> [u8; 3] {
    [(strength.clamp(0.0, 1.0) * 255.0).round() as u8; 3]
}

fn largest(values: &[f32]) -> f32 {
    let finite = values.iter().filter(|value| value.is_finite());
    finite.fold(0.0, |most: f32, value| most.max(value.abs()))
}

/// How strong a number is beside the largest one of its layer.
fn strength(value: f32, largest: f32) -> f32 {
    if largest > 0.0 && value.is_finite() { value / largest } else { 0.0 }
}

/// The filters of both convolutions, a tile for each output channel: its kernels side by side, one for each input channel.
pub fn filters(inside: &Inside) -> Vec<Tile> {
    let layers = [CONV1, CONV2].into_iter().zip(&inside.filters);
    let tiles = layers.flat_map(|(layer, weights)| {
        let most = largest(weights);
        let kernels = layer.weight.shape[1];
        let filters = weights.chunks_exact(kernels * KERNEL * KERNEL).enumerate();
        filters.map(move |(channel, values)| {
            let width = kernels * (KERNEL + GAP) - GAP;
            let mut colours = vec![None; width * KERNEL];
            for (at, &value) in values.iter().enumerate() {
                let (kernel, cell) = (at / (KERNEL * KERNEL), at % (KERNEL * KERNEL));
                let column = kernel * (KERNEL + GAP) + cell % KERNEL;
                colours[cell / KERNEL * width + column] = Some(diverging(strength(value, most)));
            }
            let cells = Cells { size: (width, KERNEL), colours };
            Tile { layer: layer.name, channel, cells, values: values.to_vec() }
        })
    });
    tiles.collect()
}

/// The feature maps of both convolutions for the image; none without one.
pub fn maps(inside: &Inside) -> Vec<Tile> {
    let Some(image) = &inside.image else { return Vec::new() };
    let layers = [(CONV1, &image.conv1), (CONV2, &image.conv2)];
    let tiles = layers.into_iter().flat_map(|(layer, values)| {
        let most = largest(values);
        let channels = layer.bias.shape[0];
        let maps = values.chunks_exact((values.len() / channels).max(1)).enumerate();
        maps.map(move |(channel, values)| {
            let side = values.len().isqrt();
            let colours = values.iter().map(|&value| Some(grey(strength(value, most)))).collect();
            let cells = Cells { size: (side, side), colours };
            Tile { layer: layer.name, channel, cells, values: values.to_vec() }
        })
    });
    tiles.collect()
}

/// The outputs of the hidden linear layers for the image, in rows of so many cells.
pub fn units(values: &[f32], columns: usize) -> Cells {
    let most = largest(values);
    let rows = values.len().div_ceil(columns);
    let mut colours: Vec<_> =
        values.iter().map(|&value| Some(grey(strength(value, most)))).collect();
    colours.resize(rows * columns, None);
    Cells { size: (columns, rows), colours }
}

/// The outputs of the hidden linear layers as tiles, for files.
pub fn unit_tiles(inside: &Inside) -> Vec<Tile> {
    let Some(image) = &inside.image else { return Vec::new() };
    let layers = [(FC1.name, &image.fc1, COLUMNS.0), (FC2.name, &image.fc2, COLUMNS.1)];
    let tile = |(layer, values, columns): (&'static str, &Vec<f32>, usize)| Tile {
        layer,
        channel: 0,
        cells: units(values, columns),
        values: values.clone(),
    };
    layers.into_iter().map(tile).collect()
}

/// All tiles in one picture, in rows of the same layer.
pub fn picture(tiles: &[Tile]) -> Picture {
    const ACROSS: usize = 110;
    let (mut x, mut y, mut height, mut widest) = (0, 0, 0, 0);
    let mut shapes = Vec::new();
    let mut layer = None;
    for Tile { layer: name, cells, .. } in tiles {
        let (width, rows) = cells.size;
        if layer.is_some_and(|layer| layer != name) || x + width > ACROSS {
            (x, y, height) = (0, y + height + MARGIN, 0);
        }
        layer = Some(name);
        for (at, colour) in cells.colours.iter().enumerate() {
            let Some([red, green, blue]) = colour else { continue };
            let ink = Ink {
                colour: format!("rgb({red}, {green}, {blue})"),
                width: 0.0,
                dashes: &[],
                opacity: 1.0,
            };
            let (left, top) = ((x + at % width) as f64 * CELL, (y + at / width) as f64 * CELL);
            shapes.push((Shape::Area(left, top, CELL, CELL), ink));
        }
        (x, height, widest) = (x + width + MARGIN, height.max(rows), widest.max(x + width));
    }
    let size = (widest as f64 * CELL, (y + height) as f64 * CELL);
    Picture { size, shapes, ground: None }
}

/// A line for each number.
pub fn csv_of(tiles: &[Tile]) -> String {
    let rows = tiles.iter().flat_map(|tile| {
        tile.values.iter().enumerate().map(|(at, value)| {
            vec![
                Cell::text(tile.layer),
                Cell::Whole(tile.channel as i64),
                Cell::Whole(at as i64),
                Cell::Number(Some(f64::from(*value))),
            ]
        })
    });
    csv(&["layer", "channel", "index", "value"], &rows.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::insight::ImageInside;
    use crate::network::initial_weights;

    fn inside() -> Inside {
        let mut inside = Inside::of(&initial_weights(1)).unwrap();
        let map = |side: usize, at: usize| (at % (side * side)) as f32;
        inside.image = Some(ImageInside {
            conv1: (0..6 * 576).map(|at| map(24, at)).collect(),
            conv2: (0..16 * 64).map(|at| map(8, at)).collect(),
            ..ImageInside::default()
        });
        inside
    }

    #[test]
    fn weights_above_zero_are_orange_and_below_blue_by_their_share_of_the_largest() {
        assert_eq!(diverging(0.0), [244, 243, 240]);
        assert_eq!((diverging(1.0), diverging(-1.0)), ([196, 84, 0], [22, 76, 178]));
        assert_eq!((diverging(2.0), grey(2.0)), (diverging(1.0), [255; 3]));
        assert_eq!(strength(f32::NAN, 2.0), 0.0);
        assert_eq!(strength(1.0, largest(&[-4.0, 1.0, f32::INFINITY])), 0.25);
        assert_eq!(strength(0.0, largest(&[0.0])), 0.0);
    }

    #[test]
    fn a_filters_kernels_stand_side_by_side() {
        let tiles = filters(&inside());
        assert_eq!(tiles.len(), 6 + 16);
        let (first, last) = (&tiles[0], &tiles[21]);
        assert_eq!((first.layer, first.channel, first.cells.size), ("conv1", 0, (5, 5)));
        assert_eq!((last.layer, last.channel, last.cells.size), ("conv2", 15, (35, 5)));
        let inside = inside();
        let most = largest(&inside.filters[1]);
        // The number of the second kernel in its second row and third column.
        let value = inside.filters[1][15 * 150 + 25 + 5 + 2];
        let expected = Some(diverging(value / most));
        assert_eq!(last.cells.colours[35 + 6 + 2], expected);
        assert_eq!(last.cells.colours[5], None, "between the kernels");
    }

    #[test]
    fn feature_maps_are_as_bright_as_their_share_of_the_layers_largest() {
        let tiles = maps(&inside());
        assert_eq!(tiles.len(), 6 + 16);
        assert_eq!((tiles[5].cells.size, tiles[6].cells.size), ((24, 24), (8, 8)));
        assert_eq!(tiles[0].cells.colours[575], Some([255; 3]));
        assert_eq!(tiles[6].cells.colours[0], Some([0; 3]));
        assert!(maps(&Inside::default()).is_empty() && unit_tiles(&Inside::default()).is_empty());
        assert_eq!(unit_tiles(&inside()).len(), 2);
        assert_eq!(units(&[0.0, 1.0, 2.0], 2).colours.len(), 4);
    }

    #[test]
    fn a_file_holds_every_cell_and_every_number() {
        let tiles = filters(&inside());
        let drawn = picture(&tiles);
        assert_eq!(drawn.shapes.len(), 6 * 25 + 16 * 150);
        assert!(drawn.shapes.iter().all(|(shape, _)| match shape {
            Shape::Area(x, y, width, height) =>
                x + width <= drawn.size.0 && y + height <= drawn.size.1,
            _ => false,
        }));
        let table = csv_of(&tiles);
        assert_eq!(table.lines().count(), 1 + 6 * 25 + 16 * 150);
        assert!(table.lines().nth(26).unwrap().starts_with("conv1,1,0,"));
    }
}
