//! Kinds of tasks that models are good at to different degrees.

/// What a benchmark or a workload asks of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum TaskKind {
    /// Programs written or changed.
    Coding,
    /// Many steps with tools.
    Agentic,
    /// Reasoning and mathematics.
    Reasoning,
    /// Facts from memory.
    Knowledge,
    /// Conversation and writing.
    Chat,
    /// Long prompts.
    LongContext,
    /// What a given text says.
    Extraction,
    /// All of these.
    #[default]
    General,
}

impl TaskKind {
    /// Every kind, the general one last.
    pub const ALL: [Self; 8] = [
        Self::Coding,
        Self::Agentic,
        Self::Reasoning,
        Self::Knowledge,
        Self::Chat,
        Self::LongContext,
        Self::Extraction,
        Self::General,
    ];

    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Coding => "coding",
            Self::Agentic => "agentic",
            Self::Reasoning => "reasoning",
            Self::Knowledge => "knowledge",
            Self::Chat => "chat",
            Self::LongContext => "long-context",
            Self::Extraction => "extraction",
            Self::General => "general",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_its_kind_and_no_other() {
        for kind in TaskKind::ALL {
            assert_eq!(TaskKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(TaskKind::from_word("nothing"), None);
    }
}
