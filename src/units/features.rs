//! What an offer can do beside answering text with text.

/// Something that a call may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feature {
    /// Calls of the caller's functions.
    Tools,
    /// Images in the prompt.
    Vision,
    /// Answers that hold to a schema.
    StructuredOutput,
    /// Thinking before the answer.
    Reasoning,
    /// Audio in the prompt.
    Audio,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Self; 5] =
        [Self::Tools, Self::Vision, Self::StructuredOutput, Self::Reasoning, Self::Audio];

    /// The word in sheets and scenarios.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Vision => "vision",
            Self::StructuredOutput => "structured-output",
            Self::Reasoning => "reasoning",
            Self::Audio => "audio",
        }
    }

    /// The feature of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.word() == word)
    }
}

/// A set of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Features(u8);

impl Features {
    /// Whether all of these are among them.
    pub const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The features, in their order.
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.into_iter().filter(move |feature| self.contains([*feature].into_iter().collect()))
    }
}

impl FromIterator<Feature> for Features {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        Self(features.into_iter().fold(0, |bits, feature| bits | 1 << feature as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_into_it() {
        let set: Features = [Feature::Tools, Feature::Audio].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Feature::Tools, Feature::Audio]);
        assert!(set.contains([Feature::Audio].into_iter().collect()));
        assert!(!set.contains([Feature::Vision].into_iter().collect()));
        let both = set.and([Feature::Tools, Feature::Vision].into_iter().collect());
        assert_eq!(both.iter().collect::<Vec<_>>(), [Feature::Tools]);
        assert_eq!(Feature::from_word("tools"), Some(Feature::Tools));
    }

    #[test]
    fn a_feature_named_twice_is_there_once() {
        let twice: Features = [Feature::ALL[0], Feature::ALL[0], Feature::ALL[1]].into_iter().collect();
        assert_eq!(twice.iter().collect::<Vec<_>>(), Feature::ALL[..2]);
    }
}
