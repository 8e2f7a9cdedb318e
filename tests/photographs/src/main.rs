//! Prints how many photographs, pictures and sketches a network names right.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use atelier::garment::{Tone, prepare_drawing, prepare_photo};
use atelier::network::{CLASS_NAMES, PIXELS};
use clap::Parser;
use photographs::HarnessError;
use photographs::judge::{Judge, pictures, test_images};
use photographs::photograph::{Kind, photograph};
use photographs::sheet::Sheet;
use photographs::sketch::sketches;

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
    /// Only these kinds; may be given several times
    #[arg(long)]
    kind: Vec<String>,
    /// The first test image
    #[arg(long, default_value_t = 0)]
    first: usize,
    /// Decides backgrounds, sizes and places
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Name the PNG files of this folder's folders, each named after the labels that are right (`8`, `0+6`), instead
    #[arg(long)]
    pictures: Option<PathBuf>,
    /// Name the sketches of this file instead
    #[arg(long)]
    sketches: Option<PathBuf>,
    /// List also the wrong ones among the sketches kept aside
    #[arg(long)]
    all: bool,
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
    if let Some(folder) = &options.pictures {
        return named(&judge, folder, options);
    }
    if let Some(path) = &options.sketches {
        return drawn(&judge, path, options);
    }
    let images = test_images(&options.data)?;
    let images: Vec<_> = images.iter().skip(options.first).take(options.each).collect();
    let share = |right: usize| 100.0 * right as f64 / images.len().max(1) as f64;
    let clean = images.iter().filter(|(image, label)| judge.ranked(image)[0] == *label).count();
    println!("{:<10} {:>6.1} %", "clean", share(clean));
    for kind in Kind::ALL {
        let name = format!("{kind:?}").to_lowercase();
        if !options.kind.is_empty() && !options.kind.contains(&name) {
            continue;
        }
        let mut right = 0;
        let mut same = 0;
        let mut longest = 0.0f64;
        let mut sheet = Sheet::default();
        let mut total = 0.0f64;
        for (i, (image, label)) in images.iter().enumerate() {
            let picture = photograph(image, kind, options.seed.wrapping_mul(1_000_003) + i as u64)?;
            let start = Instant::now();
            let prepared = prepare_photo(&picture, None);
            let took = start.elapsed().as_secs_f64() * 1000.0;
            longest = longest.max(took);
            total += took;
            let garment = prepared.garment.unwrap_or([0; 784]);
            let said = judge.ranked(&garment)[0];
            right += usize::from(said == *label);
            same += usize::from(said == judge.ranked(image)[0]);
            if options.wrong.is_some() && said != *label && judge.ranked(image)[0] == *label {
                sheet.add(image, &prepared.stages);
                eprintln!("{kind:?}-{i:04}-{label}-{said}");
            }
        }
        if let Some(folder) = &options.wrong {
            sheet.write(folder, &format!("{kind:?}"))?;
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

/// Names the pictures of a folder.
fn named(judge: &Judge, folder: &Path, options: &Options) -> Result<(), HarnessError> {
    let mut sheet = Sheet::default();
    let (mut right, mut all) = (0, 0);
    for (labels, picture, name) in pictures(folder)? {
        let prepared = prepare_photo(&picture, None);
        let garment = prepared.garment.unwrap_or([0; PIXELS]);
        let said = judge.ranked(&garment)[0];
        all += 1;
        if labels.contains(&said) {
            right += 1;
        } else {
            println!("{name}: {}, turned by {:.1}°", CLASS_NAMES[said], prepared.degrees);
            sheet.add(&garment, &prepared.stages);
        }
    }
    println!("{right} of {all}, {:.1} %", 100.0 * right as f64 / all.max(1) as f64);
    options.wrong.as_ref().map_or(Ok(()), |folder| sheet.write(folder, "pictures"))
}

/// Names sketches: half of each class and manner, on which the method was developed, and the other half.
fn drawn(judge: &Judge, path: &Path, options: &Options) -> Result<(), HarnessError> {
    let sketches = sketches(path)?;
    for (first, which) in [(1, "known"), (0, "aside")] {
        let mut sheet = Sheet::default();
        let (mut right, mut among_three, mut all) = (0, 0, 0);
        for sketch in sketches
            .iter()
            .enumerate()
            .filter(|(at, _)| (at / 10 + at % 10) % 2 == first)
            .map(|(_, sketch)| sketch)
        {
            let prepared = prepare_drawing(&sketch.picture()?, Tone::Dark);
            let ranked = judge.ranked(&prepared.garment.unwrap_or([0; PIXELS]));
            all += 1;
            among_three += usize::from(ranked[..3].contains(&sketch.label));
            if ranked[0] == sketch.label {
                right += 1;
            } else {
                println!(
                    "{which}: {} ({}): {:?}",
                    CLASS_NAMES[sketch.label],
                    sketch.manner,
                    &ranked[..3]
                );
                sheet.add(&prepared.garment.unwrap_or([0; PIXELS]), &prepared.stages);
            }
        }
        println!("{which}: {right} of {all} right, {among_three} among the top three");
        if let Some(folder) = &options.wrong {
            sheet.write(folder, &format!("sketches-{which}"))?;
        }
    }
    Ok(())
}
