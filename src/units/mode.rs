//! How a call is served, and which kind of offer serves it.

/// The pricing mode of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Mode {
    /// The ordinary rate.
    #[default]
    Standard,
    /// Answered within hours, cheaper.
    Batch,
    /// Answered when there is room, cheaper.
    Flex,
    /// Answered before others, dearer.
    Priority,
    /// Answered faster, dearer.
    Fast,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 5] = [Self::Standard, Self::Batch, Self::Flex, Self::Priority, Self::Fast];

    /// The word in tables and files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Fast => "fast",
        }
    }

    /// The mode of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

/// Where a model runs and who owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// A model whose weights cannot be had, at a seller.
    Closed,
    /// Open weights at a seller.
    Hosted,
    /// Open weights on one's own or rented machines.
    Local,
}

impl Tier {
    /// Every tier.
    pub const ALL: [Self; 3] = [Self::Closed, Self::Hosted, Self::Local];

    /// The word in tables and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Hosted => "hosted",
            Self::Local => "local",
        }
    }

    /// The tier of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_and_tiers_have_words() {
        assert_eq!(Mode::ALL.map(Mode::word), ["standard", "batch", "flex", "priority", "fast"]);
        for mode in Mode::ALL {
            assert_eq!(Mode::from_word(mode.word()), Some(mode));
        }
        assert_eq!((Mode::from_word("slow"), Tier::from_word("hosted")), (None, Some(Tier::Hosted)));
        assert_eq!(Tier::ALL.map(Tier::word), ["closed", "hosted", "local"]);
    }
}
