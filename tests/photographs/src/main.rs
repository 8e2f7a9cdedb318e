//! Prints how many photographs, pictures and sketches a network names right.
#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use atelier::garment::{Wishes, prepare};
use clap::Parser;
use photographs::HarnessError;
use photographs::judge::{Judge, test_images};
use photographs::photograph::{Kind, photograph};

/// Measures how well pictures become garments.
#[derive(Debug, Parser)]
struct Options {
    /// The network's weights, as `train --save` writes them
    model: PathBuf,
    /// The data set's shards
    #[arg(long, default_value = "www/data")]
    data: PathBuf,
    /// Photographs of each kind
    #[arg(long, default_value_t = 400)]
    each: usize,
    /// The first test image
    #[arg(long, default_value_t = 0)]
    first: usize,
    /// Decides backgrounds, sizes and places
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where wrong ones are written
    #[arg(long)]
    wrong: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), HarnessError> {
    let judge = Judge::open(&options.model)?;
    let images = test_images(&options.data)?;
    let images: Vec<_> = images.iter().skip(options.first).take(options.each).collect();
    let share = |right: usize| 100.0 * right as f64 / images.len().max(1) as f64;
    let clean = images.iter().filter(|(image, label)| judge.ranked(image)[0] == *label).count();
    println!("{:<10} {:>6.1} %", "clean", share(clean));
    for kind in Kind::ALL {
        let mut right = 0;
        let mut same = 0;
        let mut longest = 0.0f64;
        let mut total = 0.0f64;
        for (i, (image, label)) in images.iter().enumerate() {
            let picture = photograph(image, kind, options.seed.wrapping_mul(1_000_003) + i as u64)?;
            let start = Instant::now();
            let prepared = prepare(&picture, &Wishes::default());
            let took = start.elapsed().as_secs_f64() * 1000.0;
            longest = longest.max(took);
            total += took;
            let garment = prepared.garment.unwrap_or([0; 784]);
            let said = judge.ranked(&garment)[0];
            right += usize::from(said == *label);
            same += usize::from(said == judge.ranked(image)[0]);
            if let Some(folder) = options
                .wrong
                .as_ref()
                .filter(|_| said != *label && judge.ranked(image)[0] == *label)
            {
                let name = format!("{kind:?}-{i:04}-{label}-{said}");
                show::write(folder, &name, image, &prepared.stages)?;
            }
        }
        println!(
            "{:<10} {:>6.1} % {:>+6.1} same {:>6.1} % {:>6.1} ms mean, {:>6.1} ms longest",
            format!("{kind:?}").to_lowercase(),
            share(right),
            share(right) - share(clean),
            share(same),
            total / images.len().max(1) as f64,
            longest
        );
    }
    Ok(())
}

/// Pictures of what went wrong.
mod show {
    use std::path::Path;

    use atelier::garment::Stage;
    use photographs::HarnessError;

    /// The image and the stages side by side.
    pub fn write(
        folder: &Path,
        name: &str,
        image: &[u8; 784],
        stages: &[Stage],
    ) -> Result<(), HarnessError> {
        let mut sheet = image::RgbaImage::from_pixel(
            116 * (stages.len() as u32 + 1),
            116,
            image::Rgba([90, 90, 120, 255]),
        );
        let rgba: Vec<u8> = image.iter().flat_map(|&g| [g, g, g, 255]).collect();
        let own = (28, 28, rgba);
        let all = stages.iter().map(|s| (s.width as u32, s.height as u32, s.rgba.clone()));
        for (i, (w, h, rgba)) in std::iter::once(own).chain(all).enumerate() {
            if let Some(one) = image::RgbaImage::from_raw(w, h, rgba) {
                let by = (112 / w.max(h)).max(1);
                for y in 0..h * by {
                    for x in 0..w * by {
                        let [r, g, b, a] = one.get_pixel(x / by, y / by).0;
                        let over = |c: u8, under: u8| {
                            ((u32::from(c) * u32::from(a)
                                + u32::from(under) * (255 - u32::from(a)))
                                / 255) as u8
                        };
                        sheet.put_pixel(
                            i as u32 * 116 + x,
                            y,
                            image::Rgba([over(r, 200), over(g, 0), over(b, 200), 255]),
                        );
                    }
                }
            }
        }
        std::fs::create_dir_all(folder).ok();
        Ok(sheet.save(folder.join(format!("{name}.png")))?)
    }
}
