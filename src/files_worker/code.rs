//! Runs as code for PyTorch and for the terminal.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::checkpoint::StoredState;
use crate::checkpoint::file::read_weights;
use crate::checksum::sha256_hex;
use crate::dataset::{Corrections, DataSetIdentity, order};
use crate::exchange::code::exact::{self, Beginning, ExactError, MOST_IMAGES};
use crate::exchange::code::stored::{FirstWeights, Remains, Start};
use crate::exchange::code::{CORRECTIONS_FILE, EXACT_FILE, Given, command_line, notebook, script};
use crate::library::store::{Library, StoreError};
use crate::library::{
    CodeRequest, GivenPart, Inexact, Origin, ProgramData, RunRecord, WrittenCode,
};
use crate::protocol::{
    CodeFile, CodeOf, ExportFailure, Failure, LinkedFile, LinkedFileFailure, Reply,
};
use crate::settings::TrainingConfig;
use crate::state_dict::StateDict;
use crate::worker_common::linked_file::fetch;

/// What the script and the notebook are called.
const NAME: &str = "atelier";
/// The most branches of branches that are followed to their first run.
const MOST_BRANCHES: usize = 100;

/// A run, as far as its code depends on it.
struct Source {
    config: TrainingConfig,
    data: ProgramData,
    /// The files that it is given, by the names by which the terminal finds them.
    given: Given,
    /// Its corrections, if they are known.
    corrections: Option<Corrections>,
    beginning: Result<Begins, Inexact>,
}

/// The weights and the batches that a run begins with.
enum Begins {
    /// Those of these files.
    With(Vec<LinkedFile>),
    /// Those of a run of the library.
    As(Start),
}

/// The script and the command of a run.
pub async fn write(library: &Library, of: CodeOf, exact: bool) -> Result<Reply, Failure> {
    let source = Source::of(library, of).await?;
    let request = source.request(exact);
    Ok(Reply::Code(Box::new(WrittenCode {
        script: script(&request),
        command: command_line(&request.config, &source.given),
        corrects: request.data.corrects() && source.corrections.is_some(),
        augments: !request.config.augmentation.is_off(),
        inexact: source.beginning.err(),
    })))
}

/// A file of a run's code.
pub async fn save(
    library: &Library,
    of: CodeOf,
    exact: bool,
    file: CodeFile,
) -> Result<Reply, Failure> {
    let source = Source::of(library, of).await?;
    let unknown = || Failure::NotExported(ExportFailure::NoBeginning);
    let (name, bytes) = match file {
        CodeFile::Script => (format!("{NAME}.py"), script(&source.request(exact)).into_bytes()),
        CodeFile::Notebook => {
            (format!("{NAME}.ipynb"), notebook(&source.request(exact)).into_bytes())
        }
        CodeFile::Corrections => {
            let corrections = source.corrections.ok_or_else(unknown)?;
            (CORRECTIONS_FILE.to_owned(), corrections.write().into_bytes())
        }
        CodeFile::Exact => {
            let Source { config, data, beginning, corrections, .. } = source;
            let network = DataSetIdentity::network_for(data.own());
            let (weights, batches) = beginning.map_err(|_| unknown())?.load().await?;
            if let Some(weights) = &weights {
                network.check(weights)?;
            }
            let bytes = exact::write(Beginning {
                config: &config,
                network,
                images: data.training_images(),
                corrections: &corrections.ok_or_else(unknown)?,
                weights,
                batches,
            });
            let bytes = bytes.map_err(|error| Failure::NotExported(error.into()))?;
            (EXACT_FILE.to_owned(), bytes)
        }
    };
    Ok(Reply::File { name, bytes })
}

impl Source {
    async fn of(library: &Library, of: CodeOf) -> Result<Self, Failure> {
        match of {
            CodeOf::Next { config, data, corrections, files } => {
                let files_by_part = files.iter().map(|file| (file.part, file.from.as_str()));
                let given = given(files_by_part, &data);
                // Corrections are of the tutorial's images.
                let corrections =
                    if data.own().is_some() { Corrections::default() } else { corrections };
                let (corrections, beginning) = (Some(corrections), Ok(Begins::With(files)));
                Ok(Self { config: *config, data, given, corrections, beginning })
            }
            CodeOf::Stored { run, training_images } => {
                Self::stored(library, &run, training_images).await
            }
        }
    }

    /// A run of the library.
    async fn stored(
        library: &Library,
        run: &str,
        training_images: Option<u32>,
    ) -> Result<Self, Failure> {
        let missing = || StoreError::NoRun(run.to_owned());
        let (record, _) = library.run(run).await?.ok_or_else(missing)?;
        let root = root(library, &record).await?;
        let checkpoint = checkpoint(library, run).await?;
        let remains = Remains {
            root: &root,
            checkpoint: checkpoint.as_ref().map(|(state, _)| state.snapshot()),
            is_first: checkpoint.as_ref().is_some_and(|(_, is_first)| *is_first),
            has_data: training_images.is_some(),
        };
        let site = site();
        let is_here = |from: &str| {
            !site.is_empty() && from.strip_prefix(&site).is_some_and(|path| path.starts_with('/'))
        };
        let (corrections, start) = (remains.corrections(&record), remains.start(&record, is_here));
        let data = match record.data {
            Some(identity) => {
                ProgramData::Own { identity, training_images: training_images.unwrap_or(0) }
            }
            None => ProgramData::Tutorial { corrects: record.corrections > 0 },
        };
        let mut given =
            given(record.given.iter().map(|file| (file.part, file.from.as_str())), &data);
        // A checkpoint that came alone does not say what its file of batches was called.
        if given.order.is_none() && start.as_ref().is_ok_and(|start| start.batches.is_some()) {
            given.order = Some("order.json".to_owned());
        }
        let beginning = start.map(Begins::As);
        Ok(Self { config: record.config, data, given, corrections, beginning })
    }

    /// The script that is wanted; one that is not exact where that is impossible.
    fn request(&self, exact: bool) -> CodeRequest {
        CodeRequest {
            config: self.config.clone(),
            data: self.data.clone(),
            exact: exact && self.beginning.is_ok(),
        }
    }
}

/// The site that the worker is of, such as `https://example.org`; empty if that is not known.
fn site() -> String {
    let read = |of: &JsValue, key: &str| Reflect::get(of, &key.into()).unwrap_or_default();
    read(&read(&js_sys::global(), "location"), "origin").as_string().unwrap_or_default()
}

/// The names by which the terminal finds what a run is given.
fn given<'a>(files: impl Iterator<Item = (GivenPart, &'a str)>, data: &ProgramData) -> Given {
    let mut given = Given {
        corrections: data.corrects().then(|| CORRECTIONS_FILE.to_owned()),
        data: data.own().map(|_| "data".to_owned()),
        ..Given::default()
    };
    for (part, from) in files {
        let name = Some(Given::name_of(from, part));
        match part {
            GivenPart::Weights => given.init = name,
            GivenPart::Batches => given.order = name,
        }
    }
    given
}

/// Where a run comes from: if it is a branch, where the first run of its branches comes from, as far as those are there.
async fn root(library: &Library, record: &RunRecord) -> Result<Origin, Failure> {
    let mut origin = record.origin.clone();
    for _ in 0..MOST_BRANCHES {
        let Origin::Branch { run, .. } = &origin else { break };
        let Some((earlier, _)) = library.run(run).await? else { break };
        origin = earlier.origin;
    }
    Ok(origin)
}

/// A checkpoint of a run that can be read, and whether it is from before the first step: that one, if there is one.
async fn checkpoint(library: &Library, run: &str) -> Result<Option<(StoredState, bool)>, Failure> {
    let mut checkpoints = library.checkpoints_of(run).await?;
    checkpoints.sort_by_key(|checkpoint| checkpoint.step);
    for checkpoint in checkpoints {
        match library.state(&checkpoint.name).await {
            Ok((_, state)) => return Ok(Some((state, checkpoint.step == 0))),
            // Another one may be whole.
            Err(StoreError::NoCheckpoint(_) | StoreError::Damaged(_) | StoreError::File(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

impl Begins {
    /// The weights that are not drawn from the seed, and the batches that are not shuffled by it.
    async fn load(self) -> Result<(Option<StateDict>, Option<Vec<Vec<u32>>>), Failure> {
        let files = match self {
            Self::With(files) => files,
            Self::As(Start { weights, batches, .. }) => {
                let weights = match weights {
                    FirstWeights::Drawn => None,
                    FirstWeights::Kept(weights) => Some(weights),
                    FirstWeights::Linked { from, sha256 } => {
                        Some(weights_at(&from, &from, Some(&sha256)).await?)
                    }
                };
                return Ok((weights, batches));
            }
        };
        let (mut weights, mut batches) = (None, None);
        for LinkedFile { part, url, from } in files {
            match part {
                GivenPart::Weights => weights = Some(weights_at(&url, &from, None).await?),
                GivenPart::Batches => {
                    let failed = |why| unusable(&from, why);
                    let bytes = fetch(&url).await.map_err(failed)?;
                    let read = order::read(&bytes).map_err(LinkedFileFailure::from);
                    batches = Some(read.map_err(failed)?);
                }
            }
        }
        Ok((weights, batches))
    }
}

/// The weights of a file, which must have this SHA-256.
async fn weights_at(url: &str, from: &str, sha256: Option<&str>) -> Result<StateDict, Failure> {
    let failed = |why| unusable(from, why);
    let bytes = fetch(url).await.map_err(failed)?;
    if sha256.is_some_and(|sha256| !sha256_hex(&bytes).eq_ignore_ascii_case(sha256)) {
        return Err(failed(LinkedFileFailure::Changed));
    }
    read_weights(&bytes).map_err(|error| failed(error.into()))
}

fn unusable(from: &str, why: LinkedFileFailure) -> Failure {
    Failure::NotExported(ExportFailure::LinkedFile { from: from.to_owned(), why })
}

impl From<ExactError> for ExportFailure {
    fn from(error: ExactError) -> Self {
        match error {
            ExactError::TooLong => Self::LongOrder { most: MOST_IMAGES as u64 },
            ExactError::Order => Self::Order,
            ExactError::Archive(error) => Self::Archive(error.into()),
        }
    }
}
