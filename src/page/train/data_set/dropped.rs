//! Files and folders that were dropped on the page or chosen, with their paths
//! (<https://wicg.github.io/entries-api/>, which every browser has).

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, DataTransferItem, File, FileList};

use super::name_of;
use crate::page::session::Picked;

/// More files than this are not looked at: one more than a data set may have, so that it is refused.
const MOST_FILES: usize = 120_001;
/// Folders in folders beyond this depth are not looked at.
const MOST_DEPTH: usize = 16;

#[wasm_bindgen]
extern "C" {
    /// A file or folder: `FileSystemEntry`.
    #[derive(Clone)]
    type Entry;

    #[wasm_bindgen(method, getter, js_name = isDirectory)]
    fn is_folder(this: &Entry) -> bool;

    #[wasm_bindgen(method, getter)]
    fn name(this: &Entry) -> String;

    #[wasm_bindgen(method)]
    fn file(this: &Entry, found: &Function, failed: &Function);

    #[wasm_bindgen(method, js_name = createReader)]
    fn reader(this: &Entry) -> Reader;

    type Reader;

    /// Hands over some of the entries each time, none at the end.
    #[wasm_bindgen(method, js_name = readEntries)]
    fn read_entries(this: &Reader, found: &Function, failed: &Function);

    type Item;

    #[wasm_bindgen(method, catch, js_name = webkitGetAsEntry)]
    fn entry(this: &Item) -> Result<JsValue, JsValue>;
}

/// What was dropped, taken while the browser still tells it.
pub struct Dropped {
    entries: Vec<Entry>,
    /// Without folders, where the browser tells of no entries.
    files: Option<FileList>,
}

impl Dropped {
    /// What this drop brought.
    pub fn of(transfer: &DataTransfer) -> Self {
        let items = transfer.items();
        let items = (0..items.length()).filter_map(|at| items.get(at));
        let entry = |item: DataTransferItem| {
            let entry = item.unchecked_ref::<Item>().entry().ok()?;
            entry.is_object().then(|| entry.unchecked_into::<Entry>())
        };
        Self { entries: items.filter_map(entry).collect(), files: transfer.files() }
    }

    /// Every file in it with its path, and a name for all together.
    pub async fn files(self) -> (String, Vec<Picked>) {
        if self.entries.is_empty() {
            return picked_of(self.files);
        }
        let mut picked = Vec::new();
        let mut left: Vec<_> =
            self.entries.into_iter().map(|entry| (String::new(), entry)).collect();
        while let Some((folder, entry)) = left.pop() {
            let path = format!("{folder}{}", entry.name());
            if entry.is_folder() {
                if path.split('/').count() < MOST_DEPTH {
                    let inside = entries_in(&entry).await;
                    left.extend(inside.into_iter().map(|entry| (format!("{path}/"), entry)));
                }
            } else if let Some(file) = file_of(&entry).await {
                picked.push(Picked { path, file });
            }
            if picked.len() >= MOST_FILES {
                break;
            }
        }
        // Browsers list folders in any order.
        picked.sort_by(|one, other| one.path.cmp(&other.path));
        (name_of(&picked), picked)
    }
}

/// Chosen files with their paths, and a name for all together.
pub fn picked_of(files: Option<FileList>) -> (String, Vec<Picked>) {
    let files = files
        .into_iter()
        .flat_map(|files| (0..files.length()).filter_map(move |at| files.get(at)).take(MOST_FILES));
    let picked: Vec<_> = files
        .map(|file| {
            let path = Reflect::get(&file, &"webkitRelativePath".into());
            let path = path.ok().and_then(|path| path.as_string()).unwrap_or_default();
            let path = if path.is_empty() { file.name() } else { path };
            Picked { path, file }
        })
        .collect();
    (name_of(&picked), picked)
}

async fn entries_in(folder: &Entry) -> Vec<Entry> {
    let (reader, mut all) = (folder.reader(), Vec::new());
    while let Some(found) = called_back(|found, failed| reader.read_entries(found, failed)).await {
        let found: Array = found.unchecked_into();
        if found.length() == 0 || all.len() >= MOST_FILES {
            break;
        }
        all.extend(found.iter().map(|entry| entry.unchecked_into::<Entry>()));
    }
    all
}

/// The file of an entry, unless it is gone.
async fn file_of(entry: &Entry) -> Option<File> {
    called_back(|found, failed| entry.file(found, failed)).await?.dyn_into().ok()
}

/// What a function passes to the first of two callbacks; `None` if it calls the second.
async fn called_back(call: impl FnOnce(&Function, &Function)) -> Option<JsValue> {
    let mut call = Some(call);
    let promise = Promise::new(&mut |found, failed| {
        if let Some(call) = call.take() {
            call(&found, &failed);
        }
    });
    JsFuture::from(promise).await.ok()
}
