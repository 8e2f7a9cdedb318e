//! `cargo xtask data`: the official files, checked, as shards for the page.

mod download;
mod official;
mod samples;
mod shards;
mod source;

use crate::gzip;
use crate::places::Places;
use crate::say;
use atelier::dataset::ShardError;
use atelier::dataset::idx::{IdxError, parse_labels};
use atelier::dataset::shard::{IMAGES_PER_SHARD, write_shards};
use atelier::network::Network;
use clap::Args;
use std::path::PathBuf;
use thiserror::Error;

/// Where to take the data from.
///
/// Without either option, the first place that has it; with one, only that place.
#[derive(Debug, Default, PartialEq, Eq, Args)]
#[group(multiple = false)]
pub struct DataOptions {
    /// A folder with the four official files
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    /// A folder on a web server with the same four files
    #[arg(long)]
    pub url: Option<String>,
}

/// Why no new shards were made. Earlier ones are untouched.
#[derive(Debug, Error)]
pub enum DataError {
    /// The official files could not be found.
    #[error("no new shards were made; any earlier ones are untouched")]
    Source(#[from] source::SourceError),
    /// A file has the right checksum but the wrong content.
    #[error("{file} cannot be read; no new shards were made, any earlier ones are untouched")]
    Idx {
        /// Which file.
        file: &'static str,
        /// What is wrong with it.
        source: IdxError,
    },
    /// Images and labels do not match.
    #[error("the files do not match; no new shards were made, any earlier ones are untouched")]
    Shards(#[from] ShardError),
    /// There is no picture of samples.
    #[error("no new shards were made; any earlier ones are untouched")]
    Samples(#[from] samples::SamplesError),
    /// The shards could not be written.
    #[error(transparent)]
    Write(#[from] shards::WriteError),
}

/// Makes the shards, and the archive of the source, which the site has beside them.
pub fn make(places: &Places, options: &DataOptions) -> Result<(), DataError> {
    let [train_images, train_labels, test_images, test_labels] = source::official(places, options)?;
    let images = |at: usize, bytes: &[u8]| {
        let file = official::FILES[at].name;
        atelier::dataset::idx::parse_images(bytes).map_err(|source| DataError::Idx { file, source })
    };
    let labels = |at: usize, bytes: &[u8]| {
        let file = official::FILES[at].name;
        parse_labels(bytes, Network::TUTORIAL).map_err(|source| DataError::Idx { file, source })
    };
    let train = (images(0, &train_images)?, labels(1, &train_labels)?);
    let test = (images(2, &test_images)?, labels(3, &test_labels)?);
    let (manifest, files) = write_shards(
        (&train.0, &train.1),
        (&test.0, &test.1),
        IMAGES_PER_SHARD,
        &gzip::compressed,
    )?;
    samples::write(&places.samples(), &train.0, &train.1)?;
    let folder = places.shards();
    shards::replace(&folder, &manifest, &files)?;
    crate::source::archive(places);
    say::step(&format!(
        "{} training and {} test images in {} shards: {}",
        manifest.train.images,
        manifest.test.images,
        files.len(),
        folder.display()
    ));
    Ok(())
}

/// Makes the shards unless a complete set exists.
pub fn make_if_missing(places: &Places) -> Result<(), DataError> {
    let folder = places.shards();
    let lacks_samples =
        (!places.samples().is_file()).then(|| "the picture of samples is missing".to_owned());
    match shards::what_is_missing(&folder).or(lacks_samples) {
        None => {
            say::step("the shards exist");
            // Always that of the newest commit.
            crate::source::archive(places);
            Ok(())
        }
        Some(reason) => {
            say::step(&format!("making the shards: {reason}"));
            make(places, &DataOptions::default())
        }
    }
}
