//! The calls of many files, where they lie: a log of millions of calls is not moved to be merged.

use super::call::Call;

/// Where a call lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index of the file in the load.
    pub file: u32,
    /// Index of the call in its file.
    pub call: u32,
}

/// What the calls of a file have in common, and the calls.
#[derive(Debug, Default)]
pub struct FileCalls {
    /// Index of the format in the list of formats.
    pub format: u8,
    /// Whether the format's ids are only as good as whoever made the table.
    pub own_ids: bool,
    /// The calls.
    pub calls: Vec<Call>,
}

/// Calls in the order of the log.
#[derive(Debug, Default)]
pub struct Rows {
    /// The calls of each file.
    pub files: Vec<FileCalls>,
    /// The calls that count.
    pub order: Vec<Place>,
}

impl Rows {
    /// All calls of the files, in order.
    ///
    /// # Panics
    /// With four billion files, or calls in one file.
    pub fn of(files: Vec<FileCalls>) -> Self {
        let index = |n: usize| u32::try_from(n).expect("fewer than 2^32");
        let mut order = Vec::with_capacity(files.iter().map(|file| file.calls.len()).sum());
        for (file, rows) in files.iter().enumerate() {
            order.extend((0..rows.calls.len()).map(|call| Place { file: index(file), call: index(call) }));
        }
        Self { files, order }
    }

    /// The file of the call at a place.
    pub fn file(&self, place: Place) -> &FileCalls {
        &self.files[place.file as usize]
    }

    /// The call at a place.
    pub fn call(&self, place: Place) -> &Call {
        &self.file(place).calls[place.call as usize]
    }

    /// The call at a place, to change it.
    pub fn call_mut(&mut self, place: Place) -> &mut Call {
        &mut self.files[place.file as usize].calls[place.call as usize]
    }

    /// The calls that count, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Call> {
        self.order.iter().map(|place| self.call(*place))
    }
}
