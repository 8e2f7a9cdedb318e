//! Paths: the repository, its outputs, and the cache that outlives a clone.

use std::env;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why the paths could not be found.
#[derive(Debug, Error)]
pub enum PlacesError {
    /// Started outside the repository.
    #[error("the repository was not found from {0}: start this as `cargo xtask` inside it")]
    NoRepository(PathBuf),
    /// Neither a home folder nor an explicit cache.
    #[error("there is no home folder to keep downloads in: set ATELIER_CACHE to a folder")]
    NoHome,
    /// The current folder is unknown.
    #[error("the current folder is unknown")]
    Here(#[from] std::io::Error),
}

/// The folders that the tasks work in.
#[derive(Clone, Debug)]
pub struct Places {
    /// The repository's root.
    pub root: PathBuf,
    /// Downloads and the wasm toolchain.
    pub cache: PathBuf,
}

impl Places {
    /// Finds the repository from where cargo started us, and the cache from the environment.
    pub fn find() -> Result<Self, PlacesError> {
        let from = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(package) => PathBuf::from(package),
            None => env::current_dir()?,
        };
        let root = from
            .ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file())
            .ok_or_else(|| PlacesError::NoRepository(from.clone()))?;
        Ok(Self { root: root.to_path_buf(), cache: cache_folder().ok_or(PlacesError::NoHome)? })
    }

    /// The shards that go into the site.
    pub fn shards(&self) -> PathBuf {
        self.root.join("www/data")
    }

    /// The picture of samples on the first view.
    pub fn samples(&self) -> PathBuf {
        self.root.join("www/samples.png")
    }

    /// The folder with the archive of the source that goes into the site.
    pub fn source(&self) -> PathBuf {
        self.root.join("www/source")
    }

    /// The built site.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The browser tests.
    pub fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// The official files downloaded earlier.
    pub fn downloads(&self) -> PathBuf {
        self.cache.join("fashion-mnist")
    }
}

fn cache_folder() -> Option<PathBuf> {
    let folder =
        |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    folder("ATELIER_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|caches| caches.join("atelier")))
        .or_else(|| folder("LOCALAPPDATA").map(|caches| caches.join("atelier")))
        .or_else(|| folder("HOME").map(|home| home.join(".cache/atelier")))
        .map(|path| if path.is_absolute() { path } else { absolute(&path) })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The path of a program on `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&name)).find(|at| at.is_file())
}
