//! Seals of Parquet files that the program writes. Pages of Parquet carry no checksum that readers look at: one changed bit may be another
//! number, and a reader of a damaged page may want more memory than there is. So a file says what it is to hash to, and is not read where it
//! does not.
//!
//! The seal is a value among the file's metadata: BLAKE3 of the file with zeros in its place, and the file's length. What another program
//! writes with the metadata that it found has another length, and no seal.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::ops::Range;

/// Key of the seal among the metadata of a file.
const KEY: &str = "switchpoint_seal";

/// Hexadecimal digits of the hash, and of the length behind it.
const HASH: usize = 64;
const LENGTH: usize = 16;
const DIGITS: usize = HASH + LENGTH;

/// Bytes that are hashed at once.
const PIECE: usize = 8 << 20;

/// The entry of the metadata that the seal will stand in.
pub fn unsealed() -> (String, String) {
    (KEY.to_owned(), "0".repeat(DIGITS))
}

/// Seals a file that is written. What is no file, such as a pipe, stays without.
///
/// # Errors
/// When it cannot be read or written, or has no place for a seal.
pub fn seal(file: &mut File) -> io::Result<()> {
    if !file.metadata()?.is_file() {
        return Ok(());
    }
    let place = place(file)?.ok_or_else(|| io::Error::other("there is no place for the seal"))?;
    let length = file.seek(SeekFrom::End(0))?;
    let mut check = Check { place: place.clone(), stated: Vec::new(), hasher: blake3::Hasher::new(), at: 0 };
    pieces(file, |piece| check.take(piece))?;
    let seal = format!("{}{length:0LENGTH$x}", check.hasher.finalize().to_hex());
    file.seek(SeekFrom::Start(place.start))?;
    file.write_all(seal.as_bytes())
}

/// What a file is held against while it is read.
pub struct Check {
    place: Range<u64>,
    stated: Vec<u8>,
    hasher: blake3::Hasher,
    at: u64,
}

impl Check {
    /// That of a file; `None`: it has no seal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(file: &mut (impl Read + Seek)) -> io::Result<Option<Self>> {
        let Some(place) = place(file)? else { return Ok(None) };
        let length = file.seek(SeekFrom::End(0))?;
        let mut stated = vec![0; DIGITS];
        file.seek(SeekFrom::Start(place.start))?;
        file.read_exact(&mut stated)?;
        file.rewind()?;
        let own = stated[HASH..] == *format!("{length:0LENGTH$x}").as_bytes();
        Ok(own.then(|| Self { place, stated, hasher: blake3::Hasher::new(), at: 0 }))
    }

    /// Takes the next bytes of the file, and leaves zeros where the seal is.
    pub fn take(&mut self, piece: &mut [u8]) {
        let end = self.at + piece.len() as u64;
        let (from, to) = (self.place.start.clamp(self.at, end), self.place.end.clamp(self.at, end));
        piece[(from - self.at) as usize..(to - self.at) as usize].fill(b'0');
        self.hasher.update_rayon(piece);
        self.at = end;
    }

    /// Whether the file is as it was written, all of it taken.
    pub fn holds(&self) -> bool {
        self.hasher.finalize().to_hex().as_bytes() == &self.stated[..HASH]
    }
}

/// Whether a file in memory is as it was written; `None`: it has no seal.
pub fn holds(bytes: &[u8]) -> Option<bool> {
    let mut file = Cursor::new(bytes);
    let mut check = Check::of(&mut file).ok()??;
    pieces(&mut file, |piece| check.take(piece)).ok()?;
    Some(check.holds())
}

/// Reads a file from its beginning.
fn pieces(file: &mut (impl Read + Seek), mut take: impl FnMut(&mut [u8])) -> io::Result<()> {
    file.rewind()?;
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        piece.clear();
        file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            return Ok(());
        }
        take(&mut piece);
    }
}

/// Where the seal of a Parquet file is: in its footer, behind the last of the keys, the mark of a text in Thrift and its length in a byte.
fn place(file: &mut (impl Read + Seek)) -> io::Result<Option<Range<u64>>> {
    /// Length of the footer, and the mark at the end.
    const TAIL: u64 = 8;
    let length = file.seek(SeekFrom::End(0))?;
    if length < TAIL {
        return Ok(None);
    }
    let mut tail = [0; 4];
    file.seek(SeekFrom::Start(length - TAIL))?;
    file.read_exact(&mut tail)?;
    let footer_length = u64::from(u32::from_le_bytes(tail));
    if footer_length > length - TAIL {
        return Ok(None);
    }
    let start = length - TAIL - footer_length;
    let mut footer = vec![0; footer_length as usize];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut footer)?;
    let key = footer.windows(KEY.len()).rposition(|window| window == KEY.as_bytes());
    let place = key.map(|key| start + (key + KEY.len() + 2) as u64);
    Ok(place.map(|from| from..from + DIGITS as u64).filter(|place| place.end <= length - TAIL))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer with an entry for a seal behind some bytes, as Parquet has it.
    fn unsealed_file(body: &[u8]) -> File {
        let (key, zeros) = unsealed();
        let footer = [b"\x18\x10", key.as_bytes(), b"\x18\x50", zeros.as_bytes(), b"\0"].concat();
        let mut file = tempfile::tempfile().expect("a file");
        let length = (footer.len() as u32).to_le_bytes();
        for part in [body, &footer, &length, b"PAR1"] {
            file.write_all(part).expect("written");
        }
        file
    }

    fn bytes(file: &mut File) -> Vec<u8> {
        let mut bytes = Vec::new();
        file.rewind().expect("a beginning");
        file.read_to_end(&mut bytes).expect("read");
        bytes
    }

    #[test]
    fn a_sealed_file_holds_until_a_bit_changes() {
        let mut file = unsealed_file(b"PAR1 and pages");
        assert_eq!(holds(&bytes(&mut file)), None);
        seal(&mut file).expect("sealed");
        let whole = bytes(&mut file);
        assert_eq!(holds(&whole), Some(true));
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 4;
            // What changes the footer's frame leaves no seal to be found.
            assert_ne!(holds(&changed), Some(true), "{at}");
        }
        assert_eq!(holds(&[&whole[..3], b"x", &whole[3..]].concat()), None);
        assert_eq!((holds(b""), holds(b"PAR1\xff\xff\xff\xffPAR1")), (None, None));
    }

    #[test]
    fn what_has_no_place_for_a_seal_is_told() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"no footer at all").expect("written");
        assert!(seal(&mut file).is_err());
    }
}
