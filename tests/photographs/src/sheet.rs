//! Pictures of what went wrong, to look at.

use std::path::Path;

use atelier::garment::Stage;
use atelier::network::{PIXELS, SIDE};
use image::{Rgba, RgbaImage};

use crate::HarnessError;

/// The edge of a place on the sheet, in pixels.
const PLACE: u32 = 116;
/// Images in a row: the wanted one, and the stages.
const COLUMNS: u32 = 6;
/// Rows of a sheet.
const MOST: usize = 24;

/// Images beside the stages of their photographs.
#[derive(Debug, Default)]
pub struct Sheet {
    rows: Vec<Vec<Stage>>,
    wanted: Vec<[u8; PIXELS]>,
}

impl Sheet {
    /// Adds a row, if there is space.
    pub fn add(&mut self, wanted: &[u8; PIXELS], stages: &[Stage]) {
        if self.rows.len() < MOST {
            self.rows.push(stages.to_vec());
            self.wanted.push(*wanted);
        }
    }

    /// Writes `NAME.png`, if there is a row.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), HarnessError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let high = PLACE * self.rows.len() as u32;
        let mut sheet = RgbaImage::from_pixel(PLACE * COLUMNS, high, Rgba([90, 90, 120, 255]));
        for (row, (wanted, stages)) in self.wanted.iter().zip(&self.rows).enumerate() {
            let grey = wanted.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect();
            let side = SIDE as u32;
            let own = RgbaImage::from_raw(side, side, grey);
            let others = stages.iter().map(|stage| {
                RgbaImage::from_raw(stage.width as u32, stage.height as u32, stage.rgba.clone())
            });
            for (column, one) in std::iter::once(own).chain(others).enumerate() {
                if let Some(one) = one {
                    put(&mut sheet, &one, column as u32 * PLACE, row as u32 * PLACE);
                }
            }
        }
        std::fs::create_dir_all(folder)
            .map_err(|error| HarnessError::Read { path: folder.to_owned(), error })?;
        Ok(sheet.save(folder.join(format!("{name}.png")))?)
    }
}

/// Enlarges by a whole number; what is transparent becomes purple.
fn put(sheet: &mut RgbaImage, one: &RgbaImage, left: u32, top: u32) {
    let by = (112 / one.width().max(one.height()).max(1)).max(1);
    for (x, y, Rgba([red, green, blue, opacity])) in one.enumerate_pixels() {
        let over = |own: u8, below: u32| {
            let own = u32::from(own) * u32::from(*opacity);
            ((own + below * (255 - u32::from(*opacity))) / 255) as u8
        };
        let colour = Rgba([over(*red, 200), over(*green, 0), over(*blue, 200), 255]);
        for (dx, dy) in (0..by * by).map(|i| (i % by, i / by)) {
            let (x, y) = (left + x * by + dx, top + y * by + dy);
            if x < sheet.width() && y < sheet.height() {
                sheet.put_pixel(x, y, colour);
            }
        }
    }
}
