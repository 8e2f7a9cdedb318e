#![allow(clippy::unwrap_used)]
use super::*;

const WHITE: [u8; 4] = [255, 255, 255, 255];
const BLACK: [u8; 4] = [0, 0, 0, 255];

fn paint(width: usize, height: usize, colour: impl Fn(usize, usize) -> [u8; 4]) -> Picture {
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgba = pixels.flat_map(|(x, y)| colour(x, y)).collect();
    Picture::new(width, height, rgba).unwrap()
}

/// A rectangle of one colour on another.
fn rectangle(inside: [u8; 4], outside: [u8; 4]) -> Picture {
    paint(
        200,
        160,
        |x, y| {
            if (80..120).contains(&x) && (40..120).contains(&y) { inside } else { outside }
        },
    )
}

fn at(garment: &Garment, x: usize, y: usize) -> u8 {
    garment[y * SIDE + x]
}

/// First and last column and row with anything in them.
fn bounds(garment: &Garment) -> (usize, usize, usize, usize) {
    let lit: Vec<_> = (0..PIXELS).filter(|&i| garment[i] > 0).collect();
    let columns = || lit.iter().map(|i| i % SIDE);
    let rows = || lit.iter().map(|i| i / SIDE);
    (
        columns().min().unwrap(),
        columns().max().unwrap(),
        rows().min().unwrap(),
        rows().max().unwrap(),
    )
}

/// To one pixel of the 28.
fn assert_near(found: (usize, usize, usize, usize), wanted: (usize, usize, usize, usize)) {
    let (a, b) = ([found.0, found.1, found.2, found.3], [wanted.0, wanted.1, wanted.2, wanted.3]);
    assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 1), "{found:?}, not {wanted:?}");
}

#[test]
fn a_dark_garment_on_a_light_background_is_negated() {
    let garment = garment_in(&rectangle(BLACK, WHITE)).unwrap();
    assert!(at(&garment, 14, 14) > 240);
    assert_eq!(at(&garment, 0, 0), 0);
}

#[test]
fn a_bright_garment_on_a_dark_background_is_kept_and_its_brightest_place_becomes_white() {
    // The lower half is half as bright as the upper one.
    let picture = paint(200, 160, |x, y| match (x, y) {
        (80..120, 40..80) => [180, 180, 180, 255],
        (80..120, 80..120) => [90, 90, 90, 255],
        _ => BLACK,
    });
    let garment = garment_in(&picture).unwrap();
    assert!(at(&garment, 14, 7) > 200, "{}", at(&garment, 14, 7));
    assert!((100..=150).contains(&at(&garment, 14, 21)), "{}", at(&garment, 14, 21));
    assert_eq!(at(&garment, 0, 0), 0);
}

#[test]
fn the_longest_edge_fills_the_frame_and_the_rest_is_centred() {
    let garment = garment_in(&rectangle(BLACK, WHITE)).unwrap();
    assert_near(bounds(&garment), (7, 20, 0, 27));
}

#[test]
fn a_wide_garment_is_centred_between_top_and_bottom() {
    let shoe = paint(300, 300, |x, y| {
        if (10..290).contains(&x) && (200..270).contains(&y) { BLACK } else { WHITE }
    });
    assert_near(bounds(&garment_in(&shoe).unwrap()), (0, 27, 10, 16));
}

#[test]
fn where_in_the_picture_a_garment_lies_makes_no_difference() {
    let placed = |left: usize| {
        let picture = paint(200, 100, move |x, y| {
            if (left..left + 40).contains(&x) && (10..70).contains(&y) { BLACK } else { WHITE }
        });
        garment_in(&picture).unwrap()
    };
    let apart =
        placed(5).iter().zip(placed(150)).map(|(a, b)| f64::from(a.abs_diff(b))).sum::<f64>();
    // Only the outline falls on other pixels.
    assert!(apart / (PIXELS as f64) < 5.0, "{apart}");
}

#[test]
fn what_is_transparent_counts_as_white() {
    // As cameras' programs store it: a garment whose surroundings are a little transparent.
    let veil = [255, 255, 255, 200];
    let opaque = garment_in(&rectangle(BLACK, WHITE));
    assert_eq!(garment_in(&rectangle(BLACK, veil)), opaque);
}

#[test]
fn an_uneven_background_is_not_taken_for_a_garment() {
    let picture = paint(200, 160, |x, y| {
        if (80..120).contains(&x) && (40..120).contains(&y) {
            [40, 30, 60, 255]
        } else {
            let noise = (x * 7 + y * 13) % 40;
            [(200 + noise) as u8, (205 + noise) as u8, (195 + noise) as u8, 255]
        }
    });
    let garment = garment_in(&picture).unwrap();
    assert_near(bounds(&garment), (7, 20, 0, 27));
    assert_eq!(at(&garment, 2, 14), 0);
}

#[test]
fn a_garment_that_leaves_the_picture_is_still_found() {
    let trousers =
        paint(
            100,
            100,
            |x, y| {
                if (30..60).contains(&x) && y >= 20 { [50, 50, 90, 255] } else { WHITE }
            },
        );
    let (_, _, top, bottom) = bounds(&garment_in(&trousers).unwrap());
    assert_eq!((top, bottom), (0, 27));
}

#[test]
fn a_drawing_that_covers_the_whole_pad_is_not_turned_inside_out() {
    let full = paint(50, 50, |_, _| [200, 200, 200, 255]);
    let garment = prepare_drawing(&full, Tone::Dark).garment.unwrap();
    assert!(garment.iter().all(|&value| value > 150));
}

#[test]
fn nothing_drawn_is_no_garment() {
    assert_eq!(prepare_drawing(&paint(280, 280, |_, _| BLACK), Tone::Dark).garment, None);
    assert_eq!(garment_in(&paint(280, 280, |_, _| WHITE)), None);
    assert_eq!(garment_in(&paint(280, 280, |_, _| [0; 4])), None);
}

#[test]
fn a_thin_line_survives_shrinking() {
    let line = paint(500, 500, |x, y| if x == 250 && y > 20 { WHITE } else { BLACK });
    let garment = prepare_drawing(&line, Tone::Dark).garment.unwrap();
    assert!(garment.iter().any(|&value| value > 100));
}

#[test]
fn pictures_of_one_pixel_or_one_row_are_taken() {
    for (width, height) in [(1, 1), (1, 300), (300, 1), (2, 2), (3, 4000)] {
        let picture = paint(width, height, |x, y| if x + y == 0 { BLACK } else { WHITE });
        let _ = garment_in(&picture);
        let _ = prepare_drawing(&picture, Tone::Light);
    }
}

#[test]
fn small_pictures_are_enlarged() {
    let dot = paint(9, 9, |x, y| if x == 4 && y == 4 { BLACK } else { WHITE });
    assert_eq!(bounds(&garment_in(&dot).unwrap()), (0, 27, 0, 27));
}

#[test]
fn sizes_that_do_not_fit_their_pixels_are_refused() {
    assert!(Picture::new(0, 0, vec![]).is_none());
    assert!(Picture::new(0, 10, vec![]).is_none());
    assert!(Picture::new(2, 2, vec![0; 15]).is_none());
    assert!(Picture::new(2, 2, vec![0; 17]).is_none());
    assert!(Picture::new(usize::MAX, usize::MAX, vec![]).is_none());
    assert!(Picture::new(Picture::MAX_EDGE + 1, 1, vec![0; (Picture::MAX_EDGE + 1) * 4]).is_none());
}

#[test]
fn the_proportions_are_kept_at_every_size() {
    for (width, height) in [(1, 1), (10, 20), (4096, 1), (1, 4096), (333, 77)] {
        let (new_width, new_height) = fitted(width, height);
        assert_eq!(new_width.max(new_height), SIDE);
        let exact = height as f64 / width as f64 * new_width as f64;
        assert!((new_height as f64 - exact).abs() <= exact / new_width as f64 + 1.0);
    }
}
