//! Tests of [`super`]: what comes out of files of each kind, and of those that are none.

#![allow(clippy::unwrap_used)]
use super::*;

/// A dark bar on white, upright and left of the middle, as RGBA.
fn bar(width: usize, height: usize) -> Rgba {
    let mut bytes = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let is_bar =
                x * 10 > width * 2 && x * 10 < width * 4 && y * 10 > height && y * 10 < 9 * height;
            bytes.extend(if is_bar { [20, 20, 20, 255] } else { [255; 4] });
        }
    }
    Rgba { width, height, bytes }
}

fn png_of(picture: &Rgba) -> Vec<u8> {
    let mut file = Vec::new();
    let (width, height) = (picture.width as u32, picture.height as u32);
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&picture.bytes).unwrap();
    file
}

fn gif_of(picture: &Rgba) -> Vec<u8> {
    let mut file = Vec::new();
    let size = (picture.width as u16, picture.height as u16);
    let palette = [255, 255, 255, 20, 20, 20];
    let mut encoder = gif::Encoder::new(&mut file, size.0, size.1, &palette).unwrap();
    let indices: Vec<u8> =
        picture.bytes.as_chunks::<4>().0.iter().map(|pixel| u8::from(pixel[0] < 128)).collect();
    let frame = gif::Frame {
        width: size.0,
        height: size.1,
        buffer: indices.into(),
        ..gif::Frame::default()
    };
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    file
}

fn webp_of(picture: &Rgba) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut file);
    let (width, height) = (picture.width as u32, picture.height as u32);
    encoder.encode(&picture.bytes, width, height, image_webp::ColorType::Rgba8).unwrap();
    file
}

#[test]
fn the_same_picture_as_png_gif_and_webp_is_the_same_garment() {
    let picture = bar(100, 120);
    let garments =
        [png_of(&picture), gif_of(&picture), webp_of(&picture)].map(|it| garment(&it).unwrap());
    assert!(garments[0].iter().any(|pixel| *pixel > 150));
    assert_eq!(garments[0], garments[1]);
    assert_eq!(garments[0], garments[2]);
}

#[test]
fn a_photo_of_many_pixels_becomes_what_a_small_one_does() {
    let [large, small] = [2000, 400].map(|edge| garment(&png_of(&bar(edge, edge))).unwrap());
    let difference: u32 =
        large.iter().zip(small).map(|(one, other)| u32::from(one.abs_diff(other))).sum();
    assert!(difference < 28 * 28 * 8, "{difference} of {}", 28 * 28 * 255);
}

#[test]
fn a_picture_that_was_taken_sideways_is_turned_upright() {
    let rows = |picture: Rgba| {
        let pixels = picture.bytes.as_chunks::<4>().0;
        pixels.chunks(picture.width).map(|row| row.iter().map(|it| it[0]).collect()).collect()
    };
    let numbers = || Rgba {
        width: 3,
        height: 2,
        bytes: (1..=6).flat_map(|number| [number, 0, 0, 255]).collect(),
    };
    // As the specification draws them: where the first row and the first column of the file are.
    let expected: [(u16, Vec<Vec<u8>>); 8] = [
        (1, vec![vec![1, 2, 3], vec![4, 5, 6]]),
        (2, vec![vec![3, 2, 1], vec![6, 5, 4]]),
        (3, vec![vec![6, 5, 4], vec![3, 2, 1]]),
        (4, vec![vec![4, 5, 6], vec![1, 2, 3]]),
        (5, vec![vec![1, 4], vec![2, 5], vec![3, 6]]),
        (6, vec![vec![4, 1], vec![5, 2], vec![6, 3]]),
        (7, vec![vec![6, 3], vec![5, 2], vec![4, 1]]),
        (8, vec![vec![3, 6], vec![2, 5], vec![1, 4]]),
    ];
    for (orientation, expected) in expected {
        let turned: Vec<Vec<u8>> = rows(upright(numbers(), orientation));
        assert_eq!(turned, expected, "{orientation}");
    }
}

#[test]
fn files_that_are_no_pictures_are_skipped_with_the_reason() {
    let whole = png_of(&bar(100, 120));
    let no_picture = || Err(SkipReason::Undecodable(NO_PICTURE.to_owned()));
    assert_eq!(garment(b"no picture, but a text"), no_picture());
    assert_eq!(garment(&whole[..20]), Err(SkipReason::Damaged), "it ends before its size");
    assert!(matches!(garment(&whole[..whole.len() / 2]), Err(SkipReason::Undecodable(_))));
    let white = Rgba { width: 40, height: 40, bytes: vec![255; 40 * 40 * 4] };
    assert_eq!(garment(&png_of(&white)), Err(SkipReason::Empty));
    assert_eq!(garment(&vec![0; MOST_BYTES as usize + 1]), Err(SkipReason::TooLarge));
    // A header that promises far too many pixels.
    let mut huge = whole;
    huge[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    assert_eq!(garment(&huge), Err(SkipReason::TooManyPixels));
}
