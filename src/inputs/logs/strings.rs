//! Strings of a log, each kept once: model names, sellers and tags repeat in every row.

use std::hash::BuildHasher as _;
use std::num::NonZeroU32;

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// A string of a log, as a number from one on (so that *no string* takes no room of its own), valid with the [`Strings`] that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(NonZeroU32);

/// The strings behind [`Sym`]s, in order of first use.
///
/// Nearly every call brings a new id, so there is one string for each call and more: their bytes lie in one text, and the
/// table that finds them holds their numbers.
#[derive(Debug, Default)]
pub struct Strings {
    texts: Texts,
    known: HashTable<Sym>,
}

/// Texts one after another, with their ends.
#[derive(Debug, Default)]
struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, symbol: Sym) -> &str {
        let index = symbol.index();
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    fn push(&mut self, text: &str) -> Sym {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        let number = u32::try_from(self.ends.len()).ok().and_then(NonZeroU32::new);
        Sym(number.expect("fewer than 2^32 distinct strings"))
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        self.ends.iter().scan(0, |start, &end| {
            let text = &self.bytes[*start..end];
            *start = end;
            Some(text)
        })
    }
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

impl Strings {
    /// The symbol of `text`, new or known.
    ///
    /// # Panics
    /// After four billion distinct strings.
    pub fn intern(&mut self, text: &str) -> Sym {
        let texts = &mut self.texts;
        let same = |symbol: &Sym| texts.get(*symbol) == text;
        match self.known.entry(hash(text), same, |symbol| hash(texts.get(*symbol))) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => *place.insert(texts.push(text)).get(),
        }
    }

    /// Every text, in the order of its symbols.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter()
    }

    /// The text of a symbol.
    pub fn text(&self, symbol: Sym) -> &str {
        self.texts.get(symbol)
    }

    /// Takes over the strings of another table; the result translates its symbols, by their number.
    pub fn absorb(&mut self, other: &Strings) -> Vec<Sym> {
        other.texts().map(|text| self.intern(text)).collect()
    }
}

impl Sym {
    /// The symbol of the same text after [`Strings::absorb`].
    pub fn translated(self, translation: &[Sym]) -> Sym {
        translation[self.index()]
    }

    /// Where the symbol stands in the order of its table, from zero.
    pub const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}
