//! The site as archives. The same files give the same bytes, whoever packs them, and when.

use flate2::{Compression, GzBuilder};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use tar::{Builder, EntryType, Header};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The time of every file, in seconds since 1970: the beginning of 1980, before which no ZIP can say.
const TIME: u64 = 315_532_800;
const READABLE: u32 = 0o644;
/// Endings of what is compressed already.
const PACKED: [&str; 4] = ["gz", "br", "png", "zip"];

/// Every file below a folder by its path from there, with `/` on every system, sorted.
pub fn files(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, below: &str, found: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{below}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found)?;
        } else {
            found.push((name, path));
        }
    }
    Ok(())
}

/// Writes `.tar.gz` with these files in a folder of this name.
pub fn write_tar(to: &Path, folder: &str, files: &[(String, PathBuf)]) -> io::Result<()> {
    let out = BufWriter::new(File::create(to)?);
    // Its header says no time and no name.
    let mut tar = Builder::new(GzBuilder::new().write(out, Compression::best()));
    for (name, path) in files {
        let bytes = std::fs::read(path)?;
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_size(bytes.len() as u64);
        header.set_mode(READABLE);
        header.set_mtime(TIME);
        header.set_uid(0);
        header.set_gid(0);
        tar.append_data(&mut header, format!("{folder}/{name}"), bytes.as_slice())?;
    }
    tar.into_inner()?.finish()?.flush()
}

/// Writes `.zip` with these files in a folder of this name.
pub fn write_zip(to: &Path, folder: &str, files: &[(String, PathBuf)]) -> io::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(to)?));
    for (name, path) in files {
        let is_packed = PACKED.iter().any(|ending| name.ends_with(&format!(".{ending}")));
        let method =
            if is_packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default())
            .unix_permissions(READABLE);
        zip.start_file(format!("{folder}/{name}"), options)?;
        zip.write_all(&std::fs::read(path)?)?;
    }
    zip.finish()?.flush()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read as _;

    /// A site whose files are made in this order.
    fn site(order: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in order {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name.repeat(100)).unwrap();
        }
        folder
    }

    #[test]
    fn the_same_files_give_the_same_archives_in_whatever_order_they_were_made() {
        let names = ["index.html", "data/a.bin.gz", "docs/index.html"];
        let reversed: Vec<_> = names.iter().rev().copied().collect();
        let packed = [&names[..], &reversed].map(|order| {
            let (site, out) = (site(order), tempfile::tempdir().unwrap());
            let files = files(site.path()).unwrap();
            let [tar, zip] = ["a.tar.gz", "a.zip"].map(|name| out.path().join(name));
            write_tar(&tar, "atelier-1.0.0", &files).unwrap();
            write_zip(&zip, "atelier-1.0.0", &files).unwrap();
            [tar, zip].map(|path| std::fs::read(path).unwrap())
        });
        assert!(packed[0] == packed[1], "the archives differ");
    }

    #[test]
    fn both_archives_hold_every_file_of_the_site_in_a_folder_of_their_own() {
        let (site, out) = (site(&["b/c.js", "a.html"]), tempfile::tempdir().unwrap());
        let files = files(site.path()).unwrap();
        let [tar, zip] = ["a.tar.gz", "a.zip"].map(|name| out.path().join(name));
        write_tar(&tar, "x", &files).unwrap();
        write_zip(&zip, "x", &files).unwrap();
        let mut archive = tar::Archive::new(GzDecoder::new(File::open(tar).unwrap()));
        let in_tar: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                (entry.path().unwrap().to_str().unwrap().to_owned(), text)
            })
            .collect();
        let mut archive = zip::ZipArchive::new(File::open(zip).unwrap()).unwrap();
        let in_zip: Vec<_> = (0..archive.len())
            .map(|index| {
                let mut file = archive.by_index(index).unwrap();
                let mut text = String::new();
                file.read_to_string(&mut text).unwrap();
                (file.name().unwrap().into_owned(), text)
            })
            .collect();
        let expected = [("x/a.html", "a.html"), ("x/b/c.js", "b/c.js")]
            .map(|(path, name)| (path.to_owned(), name.repeat(100)));
        assert_eq!(in_tar, expected);
        assert_eq!(in_zip, expected);
    }
}
