//! What a list of files is, by their paths alone: shards, IDX files or pictures by class.
//!
//! The list may be of a folder, of an archive or of what was dropped on a page. Names that begin with a dot, `__MACOSX`,
//! `Thumbs.db` and `desktop.ini` are passed over, and so are folders that hold everything else.

use std::collections::BTreeMap;

use super::{OwnMistake, SkipReason, Skipped};
use crate::dataset::IdentityMistake;
use crate::dataset::identity::fitting_class_names;
use crate::dataset::shard::MANIFEST_NAME;
use crate::network::Network;
use crate::text;

/// The most files that are looked at: as many pictures as a data set may have, and some beside them.
pub const MOST_FILES: usize = 120_000;
/// The longest path, in bytes.
const MOST_PATH: usize = 4096;
/// The most folders around a file.
const MOST_DEPTH: usize = 16;
/// The file of names beside IDX files.
pub const NAMES_FILE: &str = "classes.json";

/// How the names of pictures end that are decoded, in lower case.
pub const PICTURE_ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "avif"];

/// The names of folders with pictures to train on and to validate on.
const TRAIN_FOLDERS: [&str; 2] = ["train", "training"];
const VALIDATION_FOLDERS: [&str; 4] = ["test", "val", "valid", "validation"];

/// What files are. They are told by their places in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A manifest with its shards beside it.
    Shards {
        /// The manifest.
        manifest: usize,
    },
    /// IDX files.
    Idx(IdxLayout),
    /// Pictures in folders by class.
    Pictures(PictureLayout),
}

/// IDX files by what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdxLayout {
    /// The images and the labels to train on, or all of them.
    pub train: (usize, usize),
    /// Those to validate on, unless they are to be drawn.
    pub test: Option<(usize, usize)>,
    /// The file of names.
    pub names: Option<usize>,
}

/// Pictures by class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureLayout {
    /// The classes' names, sorted; their places are their labels.
    pub classes: Vec<String>,
    /// The pictures, in the order of their paths.
    pub pictures: Vec<PictureFile>,
    /// Files that are none.
    pub skipped: Vec<Skipped>,
    /// How many folders are around everything.
    folders_around: usize,
}

impl PictureLayout {
    /// The path of a picture without the folders around everything.
    #[must_use]
    pub fn path_within<'a>(&self, path: &'a str) -> &'a str {
        let mut rest = path.trim_start_matches('/');
        for _ in 0..self.folders_around {
            rest = rest.split_once('/').map_or(rest, |(_, rest)| rest.trim_start_matches('/'));
        }
        rest
    }
}

/// A picture and its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// Its place in the list.
    pub file: usize,
    /// Its class.
    pub label: u8,
    /// Whether it is validated on; always false where the files are not divided.
    pub is_validation: bool,
}

/// What these files are; folders in paths are parted by `/`.
///
/// # Errors
/// [`OwnMistake::Nothing`], [`OwnMistake::TooManyFiles`], [`OwnMistake::HalfPair`], [`OwnMistake::TwoOfAKind`], or
/// [`OwnMistake::Identity`] if there are too few or too many classes.
pub fn layout<'a>(paths: impl IntoIterator<Item = &'a str>) -> Result<Layout, OwnMistake> {
    let mut files = Vec::new();
    for (file, path) in paths.into_iter().enumerate() {
        if file >= MOST_FILES {
            return Err(OwnMistake::TooManyFiles(MOST_FILES));
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        if path.len() <= MOST_PATH && parts.len() <= MOST_DEPTH && !is_passed_over(&parts) {
            files.push(Listed { file, parts });
        }
    }
    let folders_around = strip_common_folders(&mut files);
    files.sort_by(|one, other| one.parts.cmp(&other.parts));
    let at_top = || files.iter().filter(|it| it.parts.len() == 1);
    if let Some(manifest) = at_top().find(|it| it.parts == [MANIFEST_NAME]) {
        return Ok(Layout::Shards { manifest: manifest.file });
    }
    if let Some(found) = idx_layout(at_top())? {
        return Ok(Layout::Idx(found));
    }
    let found = pictures_layout(&files)?;
    Ok(Layout::Pictures(PictureLayout { folders_around, ..found }))
}

/// A file by the folders around it and its name.
struct Listed<'a> {
    file: usize,
    parts: Vec<&'a str>,
}

fn is_passed_over(parts: &[&str]) -> bool {
    let is_system = |part: &&str| {
        part.starts_with('.')
            || *part == "__MACOSX"
            || part.eq_ignore_ascii_case("thumbs.db")
            || part.eq_ignore_ascii_case("desktop.ini")
    };
    parts.is_empty() || parts.iter().any(is_system)
}

/// Leaves out folders around everything, as archives often have one, and says how many: with at least two classes, none of
/// them is a class.
fn strip_common_folders(files: &mut [Listed<'_>]) -> usize {
    let mut folders = 0;
    while let Some(first) = files.first().filter(|it| it.parts.len() > 1).map(|it| it.parts[0]) {
        if !files.iter().all(|it| it.parts.len() > 1 && it.parts[0] == first) {
            return folders;
        }
        folders += 1;
        files.iter_mut().for_each(|it| {
            it.parts.remove(0);
        });
    }
    folders
}

/// What an IDX file holds, by its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Half {
    Images,
    Labels,
}

/// Which half of which pair a file is by a name like MNIST's, `train-images-idx3-ubyte.gz`; true for what is validated on.
fn half_of(name: &str) -> Option<(Half, bool)> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let half = match () {
        () if name.contains("idx3") => Half::Images,
        () if name.contains("idx1") => Half::Labels,
        () if name.ends_with(".idx") && name.contains("images") => Half::Images,
        () if name.ends_with(".idx") && name.contains("labels") => Half::Labels,
        () => return None,
    };
    let is_test = ["t10k", "test", "valid"].iter().any(|word| name.contains(word));
    Some((half, is_test))
}

fn idx_layout<'a>(
    files: impl Iterator<Item = &'a Listed<'a>> + Clone,
) -> Result<Option<IdxLayout>, OwnMistake> {
    let mut halves: BTreeMap<(bool, Half), (usize, &str)> = BTreeMap::new();
    for it in files.clone() {
        let name = it.parts[0];
        let Some((half, is_test)) = half_of(name) else { continue };
        if let Some((_, one)) = halves.insert((is_test, half), (it.file, name)) {
            let (one, other) = (text::quote(one), text::quote(name));
            return Err(OwnMistake::TwoOfAKind { one, other });
        }
    }
    let pair = |is_test| match [Half::Images, Half::Labels].map(|half| halves.get(&(is_test, half)))
    {
        [Some(images), Some(labels)] => Ok(Some((images.0, labels.0))),
        [Some(alone), None] | [None, Some(alone)] => {
            Err(OwnMistake::HalfPair(text::quote(alone.1)))
        }
        [None, None] => Ok(None),
    };
    let names = files.clone().find(|it| it.parts == [NAMES_FILE]).map(|it| it.file);
    Ok(match (pair(false)?, pair(true)?) {
        (Some(train), test) => Some(IdxLayout { train, test, names }),
        // One pair is divided, whatever it is called.
        (None, Some(train)) => Some(IdxLayout { train, test: None, names }),
        (None, None) => None,
    })
}

fn pictures_layout(files: &[Listed<'_>]) -> Result<PictureLayout, OwnMistake> {
    let mut skipped = Vec::new();
    let mut skip = |it: &Listed<'_>, why| {
        skipped.push(Skipped { path: text::line(&it.parts.join("/"), text::MOST_NAME), why });
    };
    let is_divided = is_divided(files);
    let folders = if is_divided { 2 } else { 1 };
    let mut found = Vec::new();
    for it in files {
        if it.parts.len() <= folders {
            skip(it, SkipReason::NoClass);
        } else if !is_picture(it.parts[it.parts.len() - 1]) {
            skip(it, SkipReason::NoPicture);
        } else {
            let is_validation = is_divided && is_named(it.parts[0], &VALIDATION_FOLDERS);
            found.push((it.file, it.parts[folders - 1], is_validation));
        }
    }
    if found.is_empty() {
        // Pictures without folders, or in a single one.
        let are_loose = files.iter().any(|it| it.parts.last().is_some_and(|name| is_picture(name)));
        return Err(if are_loose {
            IdentityMistake::Classes(1).into()
        } else {
            OwnMistake::Nothing
        });
    }
    let mut classes: Vec<&str> = found.iter().map(|(_, class, _)| *class).collect();
    classes.sort_unstable();
    classes.dedup();
    if Network::new(classes.len()).is_none() {
        return Err(IdentityMistake::Classes(classes.len()).into());
    }
    let picture = |(file, class, is_validation): (usize, &str, bool)| {
        let label = classes.binary_search(&class).ok()?;
        Some(PictureFile { file, label: u8::try_from(label).ok()?, is_validation })
    };
    let pictures = found.into_iter().filter_map(picture).collect();
    let classes: Vec<_> = classes.into_iter().map(str::to_owned).collect();
    let classes = fitting_class_names(&classes)?;
    Ok(PictureLayout { classes, pictures, skipped, folders_around: 0 })
}

/// Whether pictures lie in two folders, one to train on and one to validate on, and in those by class.
fn is_divided(files: &[Listed<'_>]) -> bool {
    let folders = || files.iter().filter(|it| it.parts.len() > 1).map(|it| it.parts[0]);
    let (is_train, is_test) =
        (|it| is_named(it, &TRAIN_FOLDERS), |it| is_named(it, &VALIDATION_FOLDERS));
    folders().any(is_train)
        && folders().any(is_test)
        && folders().all(|it| is_train(it) || is_test(it))
        && files.iter().any(|it| it.parts.len() > 2)
}

fn is_named(folder: &str, names: &[&str]) -> bool {
    names.iter().any(|name| folder.eq_ignore_ascii_case(name))
}

fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| PICTURE_ENDINGS.contains(&ending.as_str()))
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
