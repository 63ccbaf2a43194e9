//! Bytes of a log: plain, gzip or zstd, from a file, standard input or memory, hashed on the way.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use blake3::Hasher;

use super::Progress;
use super::detect::{HEAD_BYTES, LONG_HEAD_BYTES};
use super::discover::{Input, Origin};

/// Buffer between the file and the parser.
const BUFFER: usize = 256 * 1024;

/// A file up to this size is read at once, into memory that the next small file uses again.
pub const SMALL: usize = 1024 * 1024;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The digest of the bytes read so far; shared because the reader itself is moved into the decompressor.
#[derive(Clone, Default)]
pub struct Fingerprint(Arc<Mutex<Hasher>>);

impl Fingerprint {
    fn add(&self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).update(bytes);
    }

    /// The BLAKE3 of the bytes as they lie in the file.
    pub fn finish(&self) -> [u8; 32] {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).finalize().into()
    }
}

struct Watched<'a, R> {
    inner: R,
    fingerprint: Fingerprint,
    progress: &'a dyn Progress,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.fingerprint.add(&buffer[..read]);
        self.progress.add(read as u64);
        Ok(read)
    }
}

/// An opened log.
pub struct Opened<'a> {
    /// The decompressed bytes from the start.
    pub reader: Box<dyn BufRead + 'a>,
    /// The first of them.
    pub head: Cow<'a, [u8]>,
    /// Whether the reader has the whole file in its buffer.
    pub in_memory: bool,
    /// Digest of the bytes as they lie in the file; complete once the reader is at its end.
    pub fingerprint: Fingerprint,
}

/// Opens an input and reads its head. A small file is read into `memory`.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub fn open<'a>(
    input: &Input,
    progress: &'a dyn Progress,
    memory: &'a mut Vec<u8>,
) -> io::Result<Opened<'a>> {
    let raw: Box<dyn Read + 'a> = match &input.origin {
        Origin::File(path) => match read_small(path, input.size, memory)? {
            Some(length) => return Ok(whole(&memory[..length], progress)),
            None => Box::new(File::open(path)?),
        },
        Origin::Stdin => Box::new(io::stdin()),
        Origin::Memory(bytes) => Box::new(Cursor::new(*bytes)),
        Origin::Remote(_) => {
            return Err(io::Error::other(
                "only tables that `logs convert` wrote are read from object stores",
            ));
        }
    };
    streamed(raw, progress)
}

/// Reads a small plain file at once; the answer is its length. `None`: it is not small, or not plain, or has to be read
/// with more care.
fn read_small(path: &Path, size: u64, memory: &mut Vec<u8>) -> io::Result<Option<usize>> {
    if !usize::try_from(size).is_ok_and(|size| (1..=SMALL).contains(&size)) {
        return Ok(None);
    }
    // One byte more than a small file has: a file that is still growing may turn out to be a large one.
    memory.resize(SMALL + 1, 0);
    let mut file = File::open(path)?;
    let mut length = 0;
    loop {
        match file.read(&mut memory[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(None),
        }
    }
    let plain = !memory.starts_with(&GZIP) && !memory.starts_with(&ZSTD);
    Ok((plain && length <= SMALL).then_some(length))
}

fn whole<'a>(bytes: &'a [u8], progress: &dyn Progress) -> Opened<'a> {
    progress.add(bytes.len() as u64);
    let fingerprint = Fingerprint::default();
    fingerprint.add(bytes);
    let first = &bytes[..bytes.len().min(HEAD_BYTES)];
    let head = if tells(first) { first } else { &bytes[..bytes.len().min(LONG_HEAD_BYTES)] };
    Opened { reader: Box::new(bytes), head: Cow::Borrowed(head), in_memory: true, fingerprint }
}

/// Reads as it comes, and decompresses on the way.
fn streamed<'a>(raw: Box<dyn Read + 'a>, progress: &'a dyn Progress) -> io::Result<Opened<'a>> {
    let fingerprint = Fingerprint::default();
    let watched = Watched { inner: raw, fingerprint: fingerprint.clone(), progress };
    let mut buffered = BufReader::with_capacity(BUFFER, watched);
    let magic = buffered.fill_buf()?;
    let mut rest: Box<dyn BufRead + 'a> = if magic.starts_with(&GZIP) {
        Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(buffered)))
    } else if magic.starts_with(&ZSTD) {
        Box::new(BufReader::with_capacity(BUFFER, zstd::stream::read::Decoder::with_buffer(buffered)?))
    } else {
        Box::new(buffered)
    };
    let head = read_head(&mut rest)?;
    let reader = Box::new(Cursor::new(head.clone()).chain(rest));
    Ok(Opened { reader, head: Cow::Owned(head), in_memory: false, fingerprint })
}

/// Whether the first bytes are enough to tell a format by: they hold a whole line, and it is no part of a larger document.
fn tells(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let Some(end) = memchr::memchr(b'\n', text) else { return false };
    let line = text[..end].trim_ascii_end();
    !text.starts_with(b"{") && !text.starts_with(b"[") || line.ends_with(b"}") || line.ends_with(b"},")
}

/// Reads the head; an error after the first bytes is left for the parser, which knows the line.
fn read_head(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    for limit in [HEAD_BYTES, LONG_HEAD_BYTES] {
        let missing = (limit - head.len()) as u64;
        match reader.by_ref().take(missing).read_to_end(&mut head) {
            Err(error) if head.is_empty() => return Err(error),
            Ok(_) if head.len() == limit && !tells(&head) => {}
            _ => break,
        }
    }
    Ok(head)
}
