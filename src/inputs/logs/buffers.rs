//! Memory for the bytes of files, used again: fresh pages cost more than what is done with the bytes in them.

use std::sync::{Mutex, PoisonError};

/// Buffers that are free.
#[derive(Default)]
pub struct Buffers(Mutex<Vec<Vec<u8>>>);

/// One that had to grow beyond this for a long line is not kept.
const LARGEST: usize = 4 * 1024 * 1024;

impl Buffers {
    /// A buffer, with whatever it was filled with before.
    pub fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Gives a buffer back.
    pub fn give(&self, buffer: Vec<u8>) {
        if buffer.capacity() <= LARGEST {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
        }
    }
}
