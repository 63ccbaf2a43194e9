//! Bytes of a log: plain, gzip or zstd, from a file, standard input or memory, hashed on the way.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Progress;
use super::detect::{HEAD_BYTES, LONG_HEAD_BYTES};
use super::discover::{Input, Origin};

/// Buffer between the file and the parser.
const BUFFER: usize = 256 * 1024;
/// The least of it, for small files.
const SMALL_BUFFER: usize = 16 * 1024;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The digest of the bytes read so far; shared because the reader itself is moved into the decompressor.
#[derive(Clone, Default)]
pub struct Fingerprint(Arc<Mutex<Sha256>>);

impl Fingerprint {
    fn add(&self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).update(bytes);
    }

    /// The SHA-256 of the bytes as they lie in the file.
    pub fn finish(&self) -> [u8; 32] {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().finalize().into()
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
    pub head: Vec<u8>,
    /// Digest of the bytes as they lie in the file; complete once the reader is at its end.
    pub fingerprint: Fingerprint,
}

/// Opens an input and reads its head.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub fn open<'a>(input: &Input, progress: &'a dyn Progress) -> io::Result<Opened<'a>> {
    let raw: Box<dyn Read + 'a> = match &input.origin {
        Origin::File(path) => Box::new(File::open(path)?),
        Origin::Stdin => Box::new(io::stdin()),
        Origin::Memory(bytes) => Box::new(Cursor::new(*bytes)),
    };
    let fingerprint = Fingerprint::default();
    let watched = Watched { inner: raw, fingerprint: fingerprint.clone(), progress };
    // Buffers are cleared before they are filled: a small file must not pay for a large one.
    let fitting = match usize::try_from(input.size) {
        Ok(0) | Err(_) => BUFFER,
        Ok(size) => size.clamp(SMALL_BUFFER, BUFFER),
    };
    let mut buffered = BufReader::with_capacity(fitting, watched);
    let magic = buffered.fill_buf()?;
    let is_plain = !magic.starts_with(&GZIP) && !magic.starts_with(&ZSTD);
    let decompressed: Box<dyn Read + 'a> = if magic.starts_with(&GZIP) {
        Box::new(flate2::bufread::MultiGzDecoder::new(buffered))
    } else if magic.starts_with(&ZSTD) {
        Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?)
    } else {
        Box::new(buffered)
    };
    let mut rest = BufReader::with_capacity(if is_plain { fitting } else { BUFFER }, decompressed);
    let head = read_head(&mut rest)?;
    let reader = Box::new(Cursor::new(head.clone()).chain(rest));
    Ok(Opened { reader, head, fingerprint })
}

/// Reads the head; an error after the first bytes is left for the parser, which knows the line.
fn read_head(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    for limit in [HEAD_BYTES, LONG_HEAD_BYTES] {
        let missing = (limit - head.len()) as u64;
        match reader.by_ref().take(missing).read_to_end(&mut head) {
            Err(error) if head.is_empty() => return Err(error),
            Ok(_) if head.len() == limit && !head.contains(&b'\n') => {}
            _ => break,
        }
    }
    Ok(head)
}
