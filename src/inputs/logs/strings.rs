//! Strings of a log, each kept once: model names, sellers and tags repeat in every row.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use foldhash::fast::FixedState;

/// A string of a log, as a number from one on (so that *no string* takes no room of its own), valid with the [`Strings`] that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(NonZeroU32);

/// The strings behind [`Sym`]s, in order of first use.
#[derive(Debug, Default)]
pub struct Strings {
    texts: Vec<Arc<str>>,
    known: HashMap<Arc<str>, Sym, FixedState>,
}

impl Strings {
    /// The symbol of `text`, new or known.
    ///
    /// # Panics
    /// After four billion distinct strings.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(&symbol) = self.known.get(text) {
            return symbol;
        }
        self.add(text.into())
    }

    fn add(&mut self, text: Arc<str>) -> Sym {
        self.texts.push(Arc::clone(&text));
        let number = u32::try_from(self.texts.len()).ok().and_then(NonZeroU32::new);
        let symbol = Sym(number.expect("fewer than 2^32 distinct strings"));
        self.known.insert(text, symbol);
        symbol
    }

    /// The text of a symbol.
    pub fn text(&self, symbol: Sym) -> &str {
        &self.texts[symbol.index()]
    }

    /// Takes over the strings of another table; the result translates its symbols, by their number.
    pub fn absorb(&mut self, other: &Strings) -> Vec<Sym> {
        other
            .texts
            .iter()
            .map(|text| self.known.get(text).copied().unwrap_or_else(|| self.add(Arc::clone(text))))
            .collect()
    }
}

impl Sym {
    /// The symbol of the same text after [`Strings::absorb`].
    pub fn translated(self, translation: &[Sym]) -> Sym {
        translation[self.index()]
    }

    const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}
