//! Which calls a statement is about.

use super::Column;
use super::calls::{MODEL_RAW, SELLER, TAG, TEAM, USER, WORKLOAD};

/// Some of the calls of a log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scope {
    /// All of them.
    #[default]
    All,
    /// Those that share something.
    Of(Dimension, String),
}

/// What calls may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// The workload.
    Workload,
    /// The model, by its canonical id.
    Model,
    /// The seller, by its id.
    Seller,
    /// Team or project.
    Team,
    /// Who made the call.
    User,
    /// The first tag.
    Tag,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Workload, Self::Model, Self::Seller, Self::Team, Self::User, Self::Tag];

    /// The word in files and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Model => "model",
            Self::Seller => "seller",
            Self::Team => "team",
            Self::User => "user",
            Self::Tag => "tag",
        }
    }

    /// The dimension of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.word() == word)
    }

    /// The column of the table of calls that it is read from.
    pub fn column(self) -> &'static Column {
        match self {
            Self::Workload => &WORKLOAD,
            Self::Model => &MODEL_RAW,
            Self::Seller => &SELLER,
            Self::Team => &TEAM,
            Self::User => &USER,
            Self::Tag => &TAG,
        }
    }

    /// Whether sums of an audit tell it; the others need the calls themselves.
    pub const fn is_in_sums(self) -> bool {
        matches!(self, Self::Workload | Self::Model | Self::Seller)
    }
}

impl Scope {
    /// Whether sums of an audit tell which calls are meant; the others need the calls themselves.
    pub const fn is_in_sums(&self) -> bool {
        match self {
            Self::All => true,
            Self::Of(dimension, _) => dimension.is_in_sums(),
        }
    }

    /// Whether calls of a workload, a model and a seller (by their ids) are among those of a scope that sums tell.
    pub fn has(&self, workload: Option<&str>, model: &str, seller: &str) -> bool {
        match self {
            Self::Of(Dimension::Workload, name) => workload == Some(name),
            Self::Of(Dimension::Model, name) => model == name,
            Self::Of(Dimension::Seller, name) => seller == name,
            Self::All | Self::Of(Dimension::Team | Dimension::User | Dimension::Tag, _) => true,
        }
    }

    /// The scope of its text in files: `all`, or `team:search`.
    pub fn from_text(text: &str) -> Option<Self> {
        if text == "all" {
            return Some(Self::All);
        }
        let (dimension, name) = text.split_once(':')?;
        Some(Self::Of(Dimension::from_word(dimension)?, name.to_owned()))
    }

    /// Its text in files.
    pub fn text(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Of(dimension, name) => format!("{}:{name}", dimension.word()),
        }
    }

    /// It for people.
    pub fn words(&self) -> String {
        match self {
            Self::All => "all calls".to_owned(),
            Self::Of(dimension, name) => format!("{} `{name}`", dimension.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_as_it_was_written() {
        for dimension in Dimension::ALL {
            let scope = Scope::Of(dimension, "a:b".to_owned());
            assert_eq!(Scope::from_text(&scope.text()), Some(scope));
        }
        assert_eq!(Scope::from_text(&Scope::All.text()), Some(Scope::All));
        assert_eq!(Scope::from_text("planet:earth"), None);
    }
}
