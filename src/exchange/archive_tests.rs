#![allow(clippy::unwrap_used)]
use super::*;
use pollster::block_on;

async fn no_turn(_: usize) {}

fn write(files: &[NamedFile]) -> Result<Vec<u8>, ArchiveError> {
    block_on(super::write(files, &no_turn))
}

fn file(archive: &mut Archive<'_>, name: &str, most: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
    block_on(archive.read(name, most, &no_turn))
}

/// Every file in an archive.
fn read(bytes: &[u8]) -> Result<Vec<NamedFile>, ArchiveError> {
    let mut archive = Archive::open(bytes)?;
    let names: Vec<String> =
        archive.names().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut files = Vec::new();
    for name in names {
        let bytes = file(&mut archive, &name, 5000)?.unwrap();
        files.push((name, bytes));
    }
    Ok(files)
}

#[test]
fn files_come_back_as_they_went_in() {
    let files =
        [("a/run.json".to_owned(), b"{}".repeat(999)), ("b.safetensors".to_owned(), vec![7; 5])];
    let packed = write(&files).unwrap();
    assert!(packed.len() < 999 && is_archive(&packed));
    assert_eq!(read(&packed).unwrap(), files);
}

#[test]
fn a_cut_archive_is_an_error_at_every_length() {
    let packed = write(&[("run.json".to_owned(), b"{}".to_vec())]).unwrap();
    for length in 0..packed.len() {
        assert!(read(&packed[..length]).is_err(), "{length} bytes were taken");
    }
}

#[test]
fn a_damaged_file_is_named() {
    let mut packed = write(&[("b.safetensors".to_owned(), vec![7; 50])]).unwrap();
    let at = packed.iter().position(|&byte| byte == 7).unwrap();
    packed[at] = 8;
    let error = read(&packed).unwrap_err();
    assert!(error.to_string().contains("b.safetensors"), "{error}");
}

#[test]
fn a_file_that_is_or_says_that_it_is_too_large_is_not_unpacked() {
    let name = "run.json".to_owned();
    let packed = write(&[(name.clone(), vec![7; 5000])]).unwrap();
    let unpack = |bytes: &[u8], most| file(&mut Archive::open(bytes).unwrap(), &name, most);
    assert_eq!(unpack(&packed, 5000).unwrap().unwrap().len(), 5000);
    assert!(matches!(unpack(&packed, 4999), Err(ArchiveError::TooLarge)));
    // The size in the index, 24 bytes into its entry.
    let entry = packed.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let declaring = |size: u32| {
        let mut packed = packed.clone();
        packed[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
        packed
    };
    assert!(matches!(unpack(&declaring(1 << 31), 5000), Err(ArchiveError::TooLarge)));
    assert!(unpack(&declaring(10), 4000).is_err(), "more than it says");
}

#[test]
fn no_more_is_unpacked_than_the_index_says() {
    let files = [("run.json".to_owned(), vec![7; 5 * PIECE])];
    let mut packed = write(&files).unwrap();
    let entry = packed.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    packed[entry + 24..entry + 28].copy_from_slice(&10_u32.to_le_bytes());
    let turns = std::cell::Cell::new(0);
    let turn = async |_| turns.set(turns.get() + 1);
    let mut archive = Archive::open(&packed).unwrap();
    let read = block_on(archive.read("run.json", 1 << 30, &turn));
    // Which of the two depends on how much the inflater gives at once, and so on what else is built with it.
    let refused = matches!(read, Err(ArchiveError::TooLarge | ArchiveError::File { .. }));
    assert!(refused, "{read:?}");
    assert_eq!(turns.get(), 1, "the five pieces are not all unpacked");
}

#[test]
fn no_piece_of_work_is_longer_than_it_was_said_to_be() {
    let pieces = std::cell::RefCell::new(Vec::new());
    let turn = async |bytes| pieces.borrow_mut().push(bytes);
    let files = [("large.json".to_owned(), vec![7; PIECE + 5]), ("b".to_owned(), vec![7; 50])];
    let packed = block_on(super::write(&files, &turn)).unwrap();
    assert_eq!(pieces.take(), [PIECE, 5, 50]);
    let mut archive = Archive::open(&packed).unwrap();
    let read = block_on(archive.read("large.json", 1 << 30, &turn)).unwrap();
    assert_eq!(read.as_ref(), Some(&files[0].1));
    assert_eq!(pieces.take(), [PIECE, PIECE]);
}

#[test]
fn an_archive_has_what_its_index_names_and_nothing_else_is_one() {
    let packed = write(&[("run.json".to_owned(), b"{}".to_vec())]).unwrap();
    let archive = Archive::open(&packed).unwrap();
    assert!(archive.has("run.json"));
    assert!(!archive.has("run") && !archive.has("metrics.json"));
    assert!(is_archive(&write(&[]).unwrap()), "without a file");
    for other in [&b""[..], b"PK", b"PK\x01\x02", b"{\"format\": 1}", b" PK\x03\x04"] {
        assert!(!is_archive(other));
    }
}

#[test]
fn a_small_archive_is_not_unpacked_to_gigabytes() {
    let zeros = vec![0; 8 << 20];
    let packed = block_on(pack(&[("a".to_owned(), zeros)], CompressionMethod::Deflated, &no_turn));
    let packed = packed.unwrap();
    assert!(packed.len() < 10_000);
    let read = file(&mut Archive::open(&packed).unwrap(), "a", 1 << 30);
    assert!(matches!(read, Err(ArchiveError::TooLarge)));
}

#[test]
fn what_we_pack_can_be_unpacked_however_monotonous() {
    let files = [("metrics.json".to_owned(), b"2.3025851,".repeat(400_000))];
    let packed = write(&files).unwrap();
    let mut archive = Archive::open(&packed).unwrap();
    assert!(file(&mut archive, "metrics.json", 1 << 30).unwrap().as_ref() == Some(&files[0].1));
}

/// An archive of one file, which says that it has as many as this.
fn declaring(files: u16) -> Vec<u8> {
    let mut packed = write(&[("run.json".to_owned(), b"{}".to_vec())]).unwrap();
    let end = packed.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").unwrap();
    for at in [end + 8, end + 10] {
        packed[at..at + 2].copy_from_slice(&files.to_le_bytes());
    }
    packed
}

#[test]
fn an_index_of_too_many_files_is_refused_before_it_is_read() {
    // As many as the index says are in it, whose size in memory follows from that.
    assert!(
        declares_too_many(&declaring(10_001), 10_000)
            && !declares_too_many(&declaring(10_000), 10_000)
    );
    // The most that can be said without a ZIP64 record, which is asked in place of the other if there is one.
    assert!(declares_too_many(&declaring(u16::MAX), 10_000));
    let zip64 = |files: u64| {
        let mut packed = declaring(u16::MAX);
        let end = packed.split_off(packed.len() - 22);
        let at = (packed.len() as u64).to_le_bytes();
        let files = files.to_le_bytes();
        let record = [b"PK\x06\x06".as_slice(), &[0; 20], &files, &files, &[0; 16]].concat();
        let locator = [b"PK\x06\x07".as_slice(), &[0; 4], &at, &[1, 0, 0, 0]].concat();
        [packed, record, locator, end].concat()
    };
    assert!(
        declares_too_many(&zip64(10_001), 10_000) && !declares_too_many(&zip64(10_000), 10_000)
    );
    let many: Vec<_> = (0..Limits::OWN.files + 1).map(|at| (at.to_string(), Vec::new())).collect();
    assert!(matches!(Archive::open(&write(&many).unwrap()), Err(ArchiveError::TooLarge)));
    assert!(Archive::open(&write(&many[1..]).unwrap()).is_ok());
}

#[test]
fn the_largest_number_of_files_without_a_zip64_record_is_too_many() {
    let many: Vec<_> = (0..u16::MAX).map(|at| (at.to_string(), Vec::new())).collect();
    assert!(matches!(Archive::open(&write(&many).unwrap()), Err(ArchiveError::TooLarge)));
}

#[test]
fn data_that_look_like_a_last_record_do_not_make_an_archive_too_large() {
    let (many, zero) = ([0x11, 0x27, 0x11, 0x27], [0; 4]);
    let end =
        |disk: &[u8], files: &[u8]| [b"PK\x05\x06".as_slice(), disk, files, &[0; 50]].concat();
    let data = [
        end(&[1, 0, 0, 0], &many),
        end(&[0, 0, 1, 0], &many),
        end(&zero, &[0x11, 0x27, 0, 0]),
        end(&zero, &[0x11, 0x27, 0x12, 0x27]),
        [b"PK\x06\x06".as_slice(), &[0xa5; 60]].concat(),
        // Further from the end than any last record.
        [end(&zero, &many), vec![0; MOST_END]].concat(),
    ];
    for data in data {
        let files = [("a.safetensors".to_owned(), data)];
        let packed = write(&files).unwrap();
        let mut archive = Archive::open(&packed).unwrap();
        assert!(
            file(&mut archive, "a.safetensors", 1 << 20).unwrap().as_ref() == Some(&files[0].1)
        );
    }
}

#[test]
fn a_name_that_stands_twice_is_refused() {
    let files = ["run.json", "ron.json"].map(|name| (name.to_owned(), b"{}".to_vec()));
    let mut packed = write(&files).unwrap();
    for at in 0..packed.len() - 8 {
        if &packed[at..at + 8] == b"ron.json" {
            packed[at + 1] = b'u';
        }
    }
    assert!(matches!(Archive::open(&packed), Err(ArchiveError::Twice)));
}

#[test]
fn all_that_is_unpacked_together_is_limited() {
    let files = ["a", "b"].map(|name| (name.to_owned(), vec![7; 600]));
    let packed = write(&files).unwrap();
    let mut archive = Archive::open(&packed).unwrap();
    archive.left = 1000;
    assert!(file(&mut archive, "a", 5000).is_ok());
    assert!(matches!(file(&mut archive, "b", 5000), Err(ArchiveError::TooLarge)));
}
