//! The size of a picture, from the beginning of its file: nothing is decoded, and no length in it is believed.
//!
//! PNG, JPEG, GIF, WebP, BMP and the family of AVIF and HEIC, which is what browsers decode and cameras write. A drawing
//! in SVG is a program rather than a picture, and is none of them.

/// The most bytes of a file that are decoded.
pub const MOST_BYTES: u64 = 40_000_000;
/// The most pixels: decoded, they take four times as many bytes. The large photos of phones have 50 million.
pub const MOST_PIXELS: u64 = 64_000_000;
/// The longest edge in pixels: browsers draw none that is longer.
pub const MOST_EDGE: u32 = 16_384;
/// In so many bytes from its beginning, every photo tells its size; before it stand thumbnails and colour profiles.
pub const HEAD_BYTES: usize = 4 << 20;

/// Why a file is not decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderMistake {
    /// None of the kinds of pictures.
    Unknown,
    /// It ends, or is damaged, before it has told its size.
    Cut,
    /// It has no pixels.
    Empty,
    /// It has more pixels than are decoded.
    TooLarge {
        /// In pixels, as the file says.
        width: u32,
        /// In pixels, as the file says.
        height: u32,
    },
}

/// The width and height in pixels of the picture whose file begins like this.
///
/// # Errors
/// Any [`HeaderMistake`]. With [`HeaderMistake::Cut`], a longer beginning may tell more.
pub fn picture_size(file: &[u8]) -> Result<(u32, u32), HeaderMistake> {
    let read = if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        png
    } else if file.starts_with(b"\xff\xd8\xff") {
        jpeg
    } else if file.starts_with(b"GIF87a") || file.starts_with(b"GIF89a") {
        gif
    } else if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
        webp
    } else if file.starts_with(b"BM") {
        bmp
    } else if file.get(4..8) == Some(b"ftyp") {
        heif
    } else {
        return Err(HeaderMistake::Unknown);
    };
    let (width, height) = read(file).ok_or(HeaderMistake::Cut)?;
    if width == 0 || height == 0 {
        return Err(HeaderMistake::Empty);
    }
    let is_long = width.max(height) > MOST_EDGE;
    if is_long || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(HeaderMistake::TooLarge { width, height });
    }
    Ok((width, height))
}

/// A width and a height; `None` if the file ends before them.
type Size = Option<(u32, u32)>;

/// The bytes from this one on.
fn bytes<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..)?.first_chunk().copied()
}

fn big(file: &[u8], at: usize) -> Option<u32> {
    bytes(file, at).map(u32::from_be_bytes)
}

fn little(file: &[u8], at: usize) -> Option<u32> {
    bytes(file, at).map(u32::from_le_bytes)
}

fn short(file: &[u8], at: usize) -> Option<u32> {
    bytes(file, at).map(|bytes| u16::from_le_bytes(bytes).into())
}

/// The first chunk is the header.
fn png(file: &[u8]) -> Size {
    (file.get(12..16)? == b"IHDR").then_some(())?;
    Some((big(file, 16)?, big(file, 20)?))
}

/// Segments follow each other until that of the frame.
fn jpeg(file: &[u8]) -> Size {
    let mut at = 2;
    loop {
        let [mark, kind] = bytes(file, at)?;
        (mark == 0xff).then_some(())?;
        match kind {
            // Marks may be padded, and some have no content.
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            // The picture's data, or its end.
            0xd9 | 0xda => return None,
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                let [y, z, x, w] = bytes(file, at + 5)?;
                return Some((
                    u16::from_be_bytes([x, w]).into(),
                    u16::from_be_bytes([y, z]).into(),
                ));
            }
            _ => at += 2 + usize::from(u16::from_be_bytes(bytes(file, at + 2)?)).max(2),
        }
    }
}

/// A screen, and on it a first frame that may be larger.
fn gif(file: &[u8]) -> Size {
    let (width, height) = (short(file, 6)?, short(file, 8)?);
    let colours = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + colours(*file.get(10)?);
    // Extensions, of blocks that tell their lengths.
    while *file.get(at)? == 0x21 {
        at += 2;
        loop {
            let length = usize::from(*file.get(at)?);
            at += 1 + length;
            if length == 0 {
                break;
            }
        }
    }
    (*file.get(at)? == 0x2c).then_some(())?;
    let right = short(file, at + 1)? + short(file, at + 5)?;
    let bottom = short(file, at + 3)? + short(file, at + 7)?;
    Some((width.max(right), height.max(bottom)))
}

/// One of three kinds of first chunks.
fn webp(file: &[u8]) -> Size {
    match file.get(12..16)? {
        b"VP8 " => {
            (file.get(23..26)? == b"\x9d\x01\x2a").then_some(())?;
            Some((short(file, 26)? & 0x3fff, short(file, 28)? & 0x3fff))
        }
        b"VP8L" => {
            (*file.get(20)? == 0x2f).then_some(())?;
            let bits = little(file, 21)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => Some(((little(file, 24)? & 0xff_ffff) + 1, (little(file, 26)? >> 8) + 1)),
        _ => None,
    }
}

/// The oldest header has shorter numbers; a height below zero means that the first row is the upper one.
fn bmp(file: &[u8]) -> Size {
    if little(file, 14)? == 12 {
        return Some((short(file, 18)?, short(file, 20)?));
    }
    let size = |at| little(file, at).map(|size| size.cast_signed().unsigned_abs());
    Some((size(18)?, size(22)?))
}

/// Boxes within boxes: `meta`, `iprp`, `ipco`, and there a size for each of the picture's parts, the largest of which is
/// the whole.
fn heif(file: &[u8]) -> Size {
    let properties = inner(inner(inner(file, b"meta")?.get(4..)?, b"iprp")?, b"ipco")?;
    let mut largest: Size = None;
    let mut rest = properties;
    while let Some((name, content, after)) = next_box(rest) {
        if name == *b"ispe" {
            let (width, height) = largest.unwrap_or_default();
            largest = Some((width.max(big(content, 4)?), height.max(big(content, 8)?)));
        }
        rest = after;
    }
    largest
}

/// The content of the first box of this name. One that is cut is none: what is missing of it could be larger.
fn inner<'a>(mut boxes: &'a [u8], wanted: &[u8; 4]) -> Option<&'a [u8]> {
    loop {
        let (name, content, after) = next_box(boxes)?;
        if name == *wanted {
            return Some(content);
        }
        boxes = after;
    }
}

/// A box's name and content, and what follows it.
fn next_box(boxes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let name = bytes(boxes, 4)?;
    let (start, length) = match big(boxes, 0)? {
        // To the end of the file.
        0 => (8, boxes.len()),
        1 => (16, usize::try_from(bytes(boxes, 8).map(u64::from_be_bytes)?).ok()?),
        length => (8, usize::try_from(length).ok()?),
    };
    Some((name, boxes.get(start..length)?, boxes.get(length..)?))
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
