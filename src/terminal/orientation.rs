//! How a camera was held, from a photo's EXIF data: a TIFF file whose first directory has the entry 0x0112
//! (CIPA DC-008, "Exchangeable image file format", 4.6.4 "Orientation").

const ORIENTATION: u16 = 0x0112;
/// The type of an entry that is a 16-bit number.
const SHORT: u16 = 3;
/// The bytes of an entry.
const ENTRY: usize = 12;

/// The orientation, 1 to 8; 1, upright, where the data say nothing.
pub(super) fn orientation(exif: &[u8]) -> u16 {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    found(tiff).filter(|found| (1..=8).contains(found)).unwrap_or(1)
}

fn found(tiff: &[u8]) -> Option<u16> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = tiff.get(at..)?.first_chunk::<2>()?;
        Some(if is_little { u16::from_le_bytes(*bytes) } else { u16::from_be_bytes(*bytes) })
    };
    let long = |at: usize| {
        let bytes = tiff.get(at..)?.first_chunk::<4>()?;
        Some(if is_little { u32::from_le_bytes(*bytes) } else { u32::from_be_bytes(*bytes) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = usize::from(short(directory)?);
    let entry = |number: usize| directory.checked_add(2 + number * ENTRY);
    let mut places = (0..entries).filter_map(entry);
    let place = places.find(|place| short(*place) == Some(ORIENTATION))?;
    (short(place + 2)? == SHORT).then(|| short(place + 8))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiff(is_little: bool, kind: u16, value: u16) -> Vec<u8> {
        let short =
            |number: u16| if is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        let long =
            |number: u32| if is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        let mut file = if is_little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
        file.extend(long(8));
        file.extend(short(2));
        for (tag, value) in [(0x0100, 7), (ORIENTATION, value)] {
            file.extend([short(tag), short(kind)].concat());
            file.extend(long(1));
            file.extend([short(value), short(0)].concat());
        }
        file
    }

    #[test]
    fn the_orientation_is_found_in_either_order_of_bytes() {
        assert_eq!(orientation(&tiff(true, SHORT, 6)), 6);
        assert_eq!(orientation(&tiff(false, SHORT, 8)), 8);
        assert_eq!(orientation(&[b"Exif\0\0", &tiff(false, SHORT, 3)[..]].concat()), 3);
    }

    #[test]
    fn what_says_nothing_or_nonsense_is_upright() {
        assert_eq!(orientation(&[]), 1);
        assert_eq!(orientation(&tiff(true, SHORT, 9)), 1);
        assert_eq!(orientation(&tiff(true, 4, 6)), 1);
        let whole = tiff(true, SHORT, 6);
        for length in 0..whole.len() - 2 {
            assert_eq!(orientation(&whole[..length]), 1, "{length}");
        }
        let far = [b"II*\0", &u32::MAX.to_le_bytes()[..]].concat();
        assert_eq!(orientation(&far), 1);
    }
}
