use super::HeaderMistake::{Cut, Empty, TooLarge, Unknown};
use super::*;

fn png(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &size, &[8, 0, 0, 0, 0], b"crc."].concat()
}

/// With an application's segment, as cameras write it, fill bytes and a table before the frame.
fn jpeg(width: u16, height: u16, segment: usize) -> Vec<u8> {
    let length = (segment as u16 + 2).to_be_bytes();
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    [
        b"\xff\xd8\xff\xe1".as_slice(),
        &length,
        &vec![0; segment],
        b"\xff\xff\xc4\0\x03a\xff\x01\xff\xc2\0\x11\x08",
        &size,
        &[3],
    ]
    .concat()
}

/// With a table of four colours, an extension of two blocks, and a frame.
fn gif(screen: [u16; 2], [left, top, width, height]: [u16; 4]) -> Vec<u8> {
    let numbers = |numbers: &[u16]| -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    };
    [
        b"GIF89a".as_slice(),
        &numbers(&screen),
        &[0x81, 0, 0],
        &[7; 12],
        b"\x21\xff\x03abc\x02de\0",
        b"\x2c",
        &numbers(&[left, top, width, height]),
    ]
    .concat()
}

fn webp(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [b"RIFF\0\0\0\0WEBP".as_slice(), kind, &[0; 4], content].concat()
}

fn extended_webp(width: u32, height: u32) -> Vec<u8> {
    let (width, height) = ((width - 1).to_le_bytes(), (height - 1).to_le_bytes());
    webp(b"VP8X", &[&[2, 0, 0, 0], &width[..3], &height[..3]].concat())
}

fn bmp(width: i32, height: i32) -> Vec<u8> {
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    [b"BM".as_slice(), &[0; 12], &40_u32.to_le_bytes(), &size].concat()
}

fn one_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), name.as_slice(), content].concat()
}

fn extent(width: u32, height: u32) -> Vec<u8> {
    one_box(b"ispe", &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat())
}

/// A picture of several parts.
fn avif(parts: &[(u32, u32)]) -> Vec<u8> {
    let sizes: Vec<u8> = parts.iter().flat_map(|(width, height)| extent(*width, *height)).collect();
    let properties = one_box(b"ipco", &[one_box(b"pixi", &[0; 8]), sizes].concat());
    let items = [one_box(b"hdlr", &[0; 20]), one_box(b"iprp", &properties)].concat();
    let meta = one_box(b"meta", &[[0; 4].as_slice(), &items].concat());
    [one_box(b"ftyp", b"avif\0\0\0\0mif1"), meta].concat()
}

/// A file of every kind with its size, which something follows.
fn pictures() -> Vec<(&'static str, Vec<u8>, (u32, u32))> {
    let mut pictures = vec![
        ("PNG", png(1, 1), (1, 1)),
        ("PNG", png(8_000, 8_000), (8_000, 8_000)),
        ("JPEG", jpeg(4_000, 3_000, 60_000), (4_000, 3_000)),
        ("GIF", gif([320, 200], [0, 0, 320, 200]), (320, 200)),
        ("WebP, lossy", webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\x40\xc1\xc8\x40"), (320, 200)),
        ("WebP, lossless", webp(b"VP8L", &[0x2f, 0x3f, 0xc1, 0x31, 0]), (320, 200)),
        ("WebP, extended", extended_webp(320, 200), (320, 200)),
        ("BMP", bmp(320, 200), (320, 200)),
        ("BMP, upside down", bmp(320, -200), (320, 200)),
        (
            "BMP of OS/2",
            [b"BM".as_slice(), &[0; 12], b"\x0c\0\0\0\x40\x01\xc8\0"].concat(),
            (320, 200),
        ),
        ("AVIF", avif(&[(320, 200)]), (320, 200)),
        ("HEIC in tiles", avif(&[(512, 512), (4_032, 3_024), (240, 180)]), (4_032, 3_024)),
    ];
    pictures.iter_mut().for_each(|(_, file, _)| file.extend(b"and more"));
    pictures
}

#[test]
fn a_picture_of_every_kind_tells_its_size() {
    for (kind, file, size) in pictures() {
        assert_eq!(picture_size(&file), Ok(size), "{kind}");
        // What follows is not looked at.
        assert_eq!(picture_size(&[file, vec![0xff; 999]].concat()), Ok(size), "{kind}");
    }
}

#[test]
fn a_picture_that_is_cut_anywhere_before_its_size_is_said_to_be_cut() {
    for (kind, file, size) in pictures() {
        for length in 0..file.len() {
            let told = picture_size(&file[..length]);
            let is_sound = match told {
                Ok(told) => told == size,
                Err(mistake) => mistake == Cut || (mistake == Unknown && length < 12),
            };
            assert!(is_sound, "{kind} of {length} bytes: {told:?}");
        }
    }
}

#[test]
fn what_is_no_picture_is_none_whatever_it_is_called() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let others: [&[u8]; 8] = [
        b"",
        b"not a picture",
        svg,
        b"<?xml version=\"1.0\"?><svg/>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"\0\0\x01\0\x01\0",
    ];
    for other in others {
        assert_eq!(picture_size(other), Err(Unknown), "{other:?}");
    }
    assert_eq!(picture_size(b"\x89PNG\r\n\x1a\n\0\0\0\x0dtEXt\0\0\0\x01\0\0\0\x01"), Err(Cut));
    assert_eq!(picture_size(b"\xff\xd8\xff\xd9"), Err(Cut), "a JPEG that ends at once");
}

#[test]
fn what_has_no_pixels_is_empty() {
    let zero = webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\0\0\x01\0");
    let empty = [
        png(0, 5),
        png(5, 0),
        jpeg(5, 0, 1),
        gif([0; 2], [0; 4]),
        zero,
        bmp(0, 0),
        avif(&[(0, 9)]),
    ];
    for file in empty {
        assert_eq!(picture_size(&file), Err(Empty), "{file:?}");
    }
}

#[test]
fn what_is_too_large_is_refused_by_what_it_says() {
    let refused = |file: &[u8], width, height| {
        let file = [file, b"and more"].concat();
        assert_eq!(picture_size(&file), Err(TooLarge { width, height }));
    };
    refused(&png(12_000, 12_000), 12_000, 12_000);
    refused(&png(65_535, 65_535), 65_535, 65_535);
    refused(&png(u32::MAX, u32::MAX), u32::MAX, u32::MAX);
    refused(&png(1, MOST_EDGE + 1), 1, MOST_EDGE + 1);
    refused(&png(8_001, 8_000), 8_001, 8_000);
    refused(&jpeg(65_535, 65_535, 9), 65_535, 65_535);
    refused(&gif([1, 1], [65_535; 4]), 131_070, 131_070);
    refused(&gif([65_535; 2], [0, 0, 1, 1]), 65_535, 65_535);
    refused(&webp(b"VP8L", &[0x2f, 0xff, 0xff, 0xff, 0x0f]), 16_384, 16_384);
    refused(&extended_webp(1 << 24, 1 << 24), 1 << 24, 1 << 24);
    refused(&bmp(i32::MIN, i32::MAX), 1 << 31, i32::MAX.unsigned_abs());
    refused(&avif(&[(1, 1), (u32::MAX, 3)]), u32::MAX, 3);
}

#[test]
fn lengths_that_lead_nowhere_end_the_search() {
    let jump = |length: u32| {
        [one_box(b"ftyp", b"avif"), length.to_be_bytes().to_vec(), b"free".to_vec()].concat()
    };
    for length in [0, 1, 2, 7, 8, u32::MAX] {
        assert_eq!(picture_size(&jump(length)), Err(Cut), "a box of {length} bytes");
    }
    let long =
        [one_box(b"ftyp", b"avif"), b"\0\0\0\x01free\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()]
            .concat();
    assert_eq!(picture_size(&long), Err(Cut));
    let backwards =
        [one_box(b"ftyp", b"avif"), b"\0\0\0\x01free\0\0\0\0\0\0\0\0".to_vec()].concat();
    assert_eq!(picture_size(&backwards), Err(Cut));
    // A segment shorter than its own length's two bytes must not be gone through for ever.
    assert_eq!(
        picture_size(&[b"\xff\xd8".as_slice(), &b"\xff\xe0\0\0".repeat(9)].concat()),
        Err(Cut)
    );
    assert_eq!(picture_size(&[b"\xff\xd8".as_slice(), &[0xff; 5_000]].concat()), Err(Cut));
    let extensions =
        [b"GIF89a\x01\0\x01\0\0\0\0".as_slice(), &b"\x21\xf9\0".repeat(5_000)].concat();
    assert_eq!(picture_size(&extensions), Err(Cut));
}

#[test]
fn every_beginning_of_random_bytes_is_read_without_a_panic() {
    // A linear congruential generator: the same bytes every time.
    let mut state = 1_u64;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    for round in 0..20_000 {
        let (_, mut file, _) = pictures().swap_remove(round % pictures().len());
        file.truncate(400);
        for _ in 0..=round % 6 {
            let at = usize::from(next()) * file.len() / 256;
            file[at] = next();
        }
        if let Ok((width, height)) = picture_size(&file) {
            assert!(width.min(height) > 0 && u64::from(width) * u64::from(height) <= MOST_PIXELS);
        }
    }
}
