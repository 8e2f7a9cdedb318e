//! Decodes pictures: PNG, JPEG, GIF and WebP, of an animation the first frame.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use super::orientation::orientation;
use crate::dataset::own::SkipReason;
use crate::garment::header::{HeaderMistake, MOST_BYTES, picture_size};
use crate::garment::{Garment, Picture, garment_in};

/// RGBA, row by row, four bytes a pixel.
struct Rgba {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
}

const NO_PICTURE: &str = "neither PNG, JPEG, GIF nor WebP";

/// The 28×28 image of a picture's file.
///
/// # Errors
/// Why the file is skipped.
pub(super) fn garment(file: &[u8]) -> Result<Garment, SkipReason> {
    if file.len() as u64 > MOST_BYTES {
        return Err(SkipReason::TooLarge);
    }
    picture_size(file).map_err(|mistake| match mistake {
        HeaderMistake::TooLarge { .. } => SkipReason::TooManyPixels,
        HeaderMistake::Unknown => SkipReason::Undecodable(NO_PICTURE.to_owned()),
        HeaderMistake::Cut => SkipReason::Damaged,
        HeaderMistake::Empty => SkipReason::Undecodable("it has no pixels".to_owned()),
    })?;
    let decoded = decode(file).map_err(SkipReason::Undecodable)?;
    let small = shrunk(decoded);
    let picture = Picture::new(small.width, small.height, small.bytes);
    let picture = picture.ok_or(SkipReason::TooManyPixels)?;
    garment_in(&picture).ok_or(SkipReason::Empty)
}

/// A picture's pixels, upright; or why not, in the decoder's words.
fn decode(file: &[u8]) -> Result<Rgba, String> {
    match file {
        [0x89, b'P', b'N', b'G', ..] => png(file).map_err(|error| error.to_string()),
        [0xff, 0xd8, ..] => jpeg(file),
        [b'G', b'I', b'F', ..] => gif(file).map_err(|error| error.to_string()),
        [b'R', b'I', b'F', b'F', ..] => webp(file).map_err(|error| error.to_string()),
        _ => Err(NO_PICTURE.to_owned()),
    }
}

fn png(file: &[u8]) -> Result<Rgba, png::DecodingError> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    // Palettes become colours, and 16 bits 8.
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let size = reader.output_buffer_size().ok_or(png::DecodingError::LimitsExceeded)?;
    let mut pixels = vec![0; size];
    let info = reader.next_frame(&mut pixels)?;
    let channels = info.color_type.samples();
    pixels.truncate(info.buffer_size());
    let (width, height) = (info.width as usize, info.height as usize);
    Ok(Rgba { width, height, bytes: rgba(&pixels, channels) })
}

fn jpeg(file: &[u8]) -> Result<Rgba, String> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let options =
        options.set_max_width(usize::from(u16::MAX)).set_max_height(usize::from(u16::MAX));
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(file), options);
    let pixels = decoder.decode().map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions().ok_or_else(|| "no size".to_owned())?;
    let picture = Rgba { width, height, bytes: rgba(&pixels, 3) };
    Ok(upright(picture, decoder.exif().map_or(1, |exif| orientation(exif))))
}

fn gif(file: &[u8]) -> Result<Rgba, gif::DecodingError> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let most = 4 * crate::garment::header::MOST_PIXELS;
    if let Some(most) = std::num::NonZeroU64::new(most) {
        options.set_memory_limit(gif::MemoryLimit::Bytes(most));
    }
    let mut decoder = options.read_info(file)?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    // What the first frame leaves out is transparent.
    let mut bytes = vec![0; width * height * 4];
    if let Some(frame) = decoder.read_next_frame()? {
        let [left, top] = [frame.left, frame.top].map(usize::from);
        let rows = frame.buffer.chunks_exact(usize::from(frame.width.max(1)) * 4);
        for (row, y) in rows.zip(top..height) {
            let wide = (row.len() / 4).min(width.saturating_sub(left));
            let at = (y * width + left) * 4;
            if let Some(place) = bytes.get_mut(at..at + wide * 4) {
                place.copy_from_slice(&row[..wide * 4]);
            }
        }
    }
    Ok(Rgba { width, height, bytes })
}

fn webp(file: &[u8]) -> Result<Rgba, image_webp::DecodingError> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(file))?;
    let size = decoder.output_buffer_size().ok_or(image_webp::DecodingError::ImageTooLarge)?;
    let mut pixels = vec![0; size];
    decoder.read_image(&mut pixels)?;
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    Ok(Rgba { width, height, bytes: rgba(&pixels, channels) })
}

/// Grey, grey with alpha, RGB or RGBA as RGBA.
fn rgba(pixels: &[u8], channels: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pixels.len() / channels.max(1) * 4);
    for pixel in pixels.chunks_exact(channels.max(1)) {
        bytes.extend(match *pixel {
            [grey] => [grey, grey, grey, 255],
            [grey, alpha] => [grey, grey, grey, alpha],
            [red, green, blue] => [red, green, blue, 255],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            _ => [0; 4],
        });
    }
    bytes
}

/// The picture as its camera was held: EXIF's orientation, 1 to 8.
fn upright(picture: Rgba, orientation: u16) -> Rgba {
    if !(2..=8).contains(&orientation) {
        return picture;
    }
    let Rgba { width, height, bytes } = picture;
    let turned = orientation >= 5;
    let (wide, high) = if turned { (height, width) } else { (width, height) };
    let mut upright = Vec::with_capacity(bytes.len());
    for y in 0..high {
        for x in 0..wide {
            let (right, bottom) = (width - 1, height - 1);
            let (from_x, from_y) = match orientation {
                2 => (right - x, y),
                3 => (right - x, bottom - y),
                4 => (x, bottom - y),
                5 => (y, x),
                6 => (y, bottom - x),
                7 => (right - y, bottom - x),
                _ => (right - y, x),
            };
            let at = (from_y * width + from_x) * 4;
            upright.extend_from_slice(bytes.get(at..at + 4).unwrap_or(&[0; 4]));
        }
    }
    Rgba { width: wide, height: high, bytes: upright }
}

/// A picture whose longest edge is at most [`Picture::LOOKED_AT_EDGE`], by the mean of the pixels that become one.
fn shrunk(picture: Rgba) -> Rgba {
    let Rgba { width, height, bytes } = picture;
    let longest = width.max(height);
    if longest <= Picture::LOOKED_AT_EDGE {
        return Rgba { width, height, bytes };
    }
    let scaled = |edge: usize| (edge * Picture::LOOKED_AT_EDGE / longest).max(1);
    let (wide, high) = (scaled(width), scaled(height));
    let mut small = Vec::with_capacity(wide * high * 4);
    for y in 0..high {
        let rows = y * height / high..((y + 1) * height / high).max(y * height / high + 1);
        for x in 0..wide {
            let columns = x * width / wide..((x + 1) * width / wide).max(x * width / wide + 1);
            // Weighted by alpha, so that the colour of what is transparent does not show.
            let (mut sums, mut alpha, mut count) = ([0_u64; 3], 0_u64, 0_u64);
            for row in rows.clone() {
                let from = (row * width + columns.start) * 4;
                let pixels = bytes.get(from..from + columns.len() * 4).unwrap_or_default();
                for &[red, green, blue, opacity] in pixels.as_chunks::<4>().0 {
                    let weight = u64::from(opacity);
                    for (sum, channel) in sums.iter_mut().zip([red, green, blue]) {
                        *sum += u64::from(channel) * weight;
                    }
                    (alpha, count) = (alpha + weight, count + 1);
                }
            }
            small.extend(sums.map(|sum| (sum / alpha.max(1)) as u8));
            small.push((alpha / count.max(1)) as u8);
        }
    }
    Rgba { width: wide, height: high, bytes: small }
}

#[cfg(test)]
#[path = "pictures_tests.rs"]
mod tests;
