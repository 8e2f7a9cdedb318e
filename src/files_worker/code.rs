//! Runs as code for PyTorch and for the terminal.

use crate::checkpoint::file::read_weights;
use crate::dataset::{SplitName, order};
use crate::exchange::code::exact::{self, Beginning, ExactError, MOST_IMAGES};
use crate::exchange::code::{EXACT_FILE, Given, command_line, notebook, script};
use crate::library::GivenPart;
use crate::network::Network;
use crate::protocol::{CodeFile, ExportFailure, Failure, LinkedFile, LinkedFileFailure, Reply};
use crate::settings::CodeRequest;
use crate::worker_common::linked_file::fetch;

/// What the script and the notebook are called.
const NAME: &str = "atelier";

/// The script and the command of a run that is given these files.
pub fn write(request: &CodeRequest, files: &[LinkedFile]) -> Reply {
    let given = |part| {
        let file = files.iter().find(|file| file.part == part)?;
        // The name without the address: where the visitor has put it is not known.
        let name = file.from.rsplit(['/', '\\']).next()?;
        Some(name.split(['?', '#']).next().unwrap_or(name).to_owned())
    };
    let given = Given {
        init: given(GivenPart::Weights),
        order: given(GivenPart::Batches),
        corrections: request.data.corrects().then(|| "atelier-corrections.json".to_owned()),
        data: request.data.is_own().then(|| "data".to_owned()),
    };
    Reply::Code { script: script(request), command: command_line(&request.config, &given) }
}

/// A file of a run's code.
pub async fn save(request: &CodeRequest, file: CodeFile) -> Result<Reply, Failure> {
    let (name, bytes) = match file {
        CodeFile::Script => (format!("{NAME}.py"), script(request).into_bytes()),
        CodeFile::Notebook => (format!("{NAME}.ipynb"), notebook(request).into_bytes()),
        CodeFile::Exact { corrections, files } => {
            let (mut weights, mut batches) = (None, None);
            for LinkedFile { part, url, from } in files {
                let failed = |why| {
                    let (from, why) = (from.clone(), why);
                    Failure::NotExported(ExportFailure::LinkedFile { from, why })
                };
                let bytes = fetch(&url).await.map_err(failed)?;
                match part {
                    GivenPart::Weights => {
                        let read = read_weights(&bytes).map_err(LinkedFileFailure::from);
                        weights = Some(read.map_err(failed)?);
                    }
                    GivenPart::Batches => {
                        let read = order::read(&bytes).map_err(LinkedFileFailure::from);
                        batches = Some(read.map_err(failed)?);
                    }
                }
            }
            let network = Network::new(request.data.classes()).unwrap_or(Network::TUTORIAL);
            if let Some(weights) = &weights {
                network.check(weights)?;
            }
            let beginning = Beginning {
                config: &request.config,
                network,
                images: request.data.training_images(),
                corrections: &corrections.split(SplitName::Train),
                weights,
                batches,
            };
            let bytes =
                exact::write(beginning).map_err(|error| Failure::NotExported(error.into()))?;
            (EXACT_FILE.to_owned(), bytes)
        }
    };
    Ok(Reply::File { name, bytes })
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
