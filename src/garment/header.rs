//! The size of a picture, from the beginning of its file: nothing is decoded, and no length in it leads outside the file.
//!
//! PNG, JPEG, GIF, WebP, BMP and the family of AVIF and HEIC: what browsers decode, and what cameras write, which not every
//! browser decodes. Drawings in SVG are refused: how much work one takes to draw does not follow from its size.

/// The most bytes of a file that are decoded.
pub const MOST_BYTES: u64 = 40_000_000;
/// The most pixels: decoded, they take four times as many bytes. Photos of 50 million pixels fit.
pub const MOST_PIXELS: u64 = 64_000_000;
/// The longest edge in pixels: many graphics cards take none that is longer.
pub const MOST_EDGE: u32 = 16_384;
/// A file that has not told its size in so many bytes from its beginning is refused. Thumbnails and colour profiles may stand
/// before it.
pub const HEAD_BYTES: i32 = 4 << 20;

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
    let [first, second, third] = [0, 4, 8].map(|at| big(file, at).unwrap_or_default());
    let size = if (first, second) == (tag(b"\x89PNG"), tag(b"\r\n\x1a\n")) {
        png(file)
    } else if first >> 8 == 0x00ff_d8ff {
        jpeg(file)
    } else if first == tag(b"GIF8") {
        gif(file)
    } else if (first, third) == (tag(b"RIFF"), tag(b"WEBP")) {
        webp(file)
    } else if first >> 16 == tag(b"\0\0BM") {
        bmp(file)
    } else if second == tag(b"ftyp") {
        heif(file)
    } else {
        return Err(HeaderMistake::Unknown);
    };
    let (width, height) = size.ok_or(HeaderMistake::Cut)?;
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

/// Four bytes from this one on. Whatever is read stands well before a file's end, so shorter numbers are parts of these.
fn little(file: &[u8], at: usize) -> Option<u32> {
    file.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn big(file: &[u8], at: usize) -> Option<u32> {
    little(file, at).map(u32::swap_bytes)
}

/// The first chunk is the header.
fn png(file: &[u8]) -> Size {
    (big(file, 12)? == tag(b"IHDR")).then_some((big(file, 16)?, big(file, 20)?))
}

/// Segments follow each other until that of the frame.
fn jpeg(file: &[u8]) -> Size {
    let mut at = 2;
    loop {
        let segment = big(file, at)?;
        match segment >> 16 {
            // Marks may be padded, and some have no content.
            0xffff => at += 1,
            0xff01 | 0xffd0..=0xffd8 => at += 2,
            0xffc4 | 0xffc8 | 0xffcc | 0xffdb | 0xffdd..=0xfffe => {
                at += 2 + (segment as usize & 0xffff).max(2);
            }
            0xffc0..=0xffcf => {
                let size = big(file, at + 5)?;
                return Some((size & 0xffff, size >> 16));
            }
            // The picture's data, its end, or no mark at all.
            _ => return None,
        }
    }
}

/// A screen, and on it a first frame that may be larger.
fn gif(file: &[u8]) -> Size {
    let (width, height) = halves(little(file, 6)?);
    let flags = u32::from(*file.get(10)?);
    let colours = if flags & 0x80 == 0 { 0 } else { 6 << (flags & 7) };
    let mut at = 13 + colours;
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
    if *file.get(at)? != 0x2c {
        return None;
    }
    let (left, top) = halves(little(file, at + 1)?);
    let (wide, high) = halves(little(file, at + 5)?);
    Some((width.max(left + wide), height.max(top + high)))
}

/// One of three kinds of first chunks.
fn webp(file: &[u8]) -> Size {
    let kind = big(file, 12)?;
    let (at_21, at_26) = (little(file, 21)?, little(file, 26)?);
    if kind == tag(b"VP8 ") {
        let (width, height) = halves(at_26);
        Some((width & 0x3fff, height & 0x3fff))
    } else if kind == tag(b"VP8L") {
        Some(((at_21 & 0x3fff) + 1, ((at_21 >> 14) & 0x3fff) + 1))
    } else if kind == tag(b"VP8X") {
        Some(((little(file, 24)? & 0xff_ffff) + 1, (at_26 >> 8) + 1))
    } else {
        None
    }
}

/// The oldest header has shorter numbers; a height below zero means that the first row is the upper one.
fn bmp(file: &[u8]) -> Size {
    let first = little(file, 18)?;
    if little(file, 14)? == 12 {
        return Some(halves(first));
    }
    let edge = |size: u32| size.cast_signed().unsigned_abs();
    Some((edge(first), edge(little(file, 22)?)))
}

/// Boxes within boxes: `meta`, `iprp`, `ipco`, and there a size for each of the picture's parts, the largest of which is
/// the whole.
fn heif(file: &[u8]) -> Size {
    let mut largest: Size = None;
    let (mut at, mut end) = (0, file.len());
    while at < end {
        // One of unknown or 64-bit length is not gone through: in front of a size, there is none.
        let length = usize::try_from(big(file, at)?).ok()?;
        let name = big(file, at + 4)?;
        let after = at.checked_add(length).filter(|after| length >= 8 && *after <= end)?;
        if name == tag(b"ispe") {
            let (width, height) = largest.unwrap_or_default();
            largest = Some((width.max(big(file, at + 12)?), height.max(big(file, at + 16)?)));
        }
        if name == tag(b"meta") {
            (at, end) = (at + 12, after);
        } else if name == tag(b"iprp") || name == tag(b"ipco") {
            (at, end) = (at + 8, after);
        } else {
            at = after;
        }
    }
    largest
}

const fn tag(name: &[u8; 4]) -> u32 {
    u32::from_be_bytes(*name)
}

/// The lower and the upper sixteen bits.
const fn halves(both: u32) -> (u32, u32) {
    (both & 0xffff, both >> 16)
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
