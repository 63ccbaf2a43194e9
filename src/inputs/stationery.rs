//! How reports look: the templates that come with the program, and a folder with a company's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use thiserror::Error;
use walkdir::WalkDir;

use super::toml_file::{self, FileProblem};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/reports/template");

/// Name of the file with names, colours and paper.
const BRAND: &str = "brand.toml";
/// Papers that templates know.
const PAPERS: [&str; 2] = ["a4", "us-letter"];
/// More bytes than a template needs: a wrong folder is noticed, not read.
const MOST_BYTES: u64 = 64 << 20;

/// What a company puts on its paper.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brand {
    /// Whose report it is.
    pub company: String,
    /// Name of the report.
    pub title: String,
    /// A line at the foot of each page.
    pub notice: String,
    /// File of a logo beside it: SVG, PNG or JPEG.
    pub logo: String,
    /// Colour of headings and rules: `#` and six hexadecimal digits.
    pub accent: String,
    /// `a4` or `us-letter`.
    pub paper: String,
    /// Lines to sign on.
    pub signatures: Vec<String>,
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            company: String::new(),
            title: "Where language model calls should run".to_owned(),
            notice: String::new(),
            logo: String::new(),
            accent: "#0072b2".to_owned(),
            paper: "a4".to_owned(),
            signatures: ["Decided by", "Signature", "Date"].map(str::to_owned).to_vec(),
        }
    }
}

/// Templates and what goes with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stationery {
    /// What the company puts on it.
    pub brand: Brand,
    /// Its files by their path below the folder, with `/` between parts.
    files: BTreeMap<String, Vec<u8>>,
}

/// Why a folder is no stationery.
#[derive(Debug, Error)]
pub enum StationeryError {
    /// It cannot be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// It is larger than a template may be.
    #[error("`{}` holds more than {} MB; name the folder of the template alone", path.display(), MOST_BYTES >> 20)]
    Large {
        /// The folder.
        path: PathBuf,
    },
    /// Its `brand.toml` is wrong.
    #[error(transparent)]
    Brand(#[from] FileProblem),
}

impl Stationery {
    /// The templates that come with the program.
    ///
    /// # Errors
    /// When the shipped `brand.toml` is wrong, which a test rules out.
    pub fn shipped() -> Result<Self, StationeryError> {
        Self::of(shipped_files())
    }

    /// The files of a folder over the shipped ones.
    ///
    /// # Errors
    /// When the folder cannot be read, is too large, or its `brand.toml` is wrong.
    pub fn of_folder(folder: &Path) -> Result<Self, StationeryError> {
        let mut files = shipped_files();
        let mut bytes = 0;
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.map_err(|error| StationeryError::Read {
                path: error.path().unwrap_or(folder).to_owned(),
                source: error.into(),
            })?;
            if !entry.file_type().is_file() {
                continue;
            }
            let unread = |source| StationeryError::Read { path: entry.path().to_owned(), source };
            bytes += entry.metadata().map_err(|error| unread(error.into()))?.len();
            if bytes > MOST_BYTES {
                return Err(StationeryError::Large { path: folder.to_owned() });
            }
            let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            files.insert(parts.join("/"), fs::read(entry.path()).map_err(unread)?);
        }
        Self::of(files)
    }

    fn of(files: BTreeMap<String, Vec<u8>>) -> Result<Self, StationeryError> {
        let text = files.get(BRAND).map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
        let brand: Brand = toml_file::parse(BRAND, &text)?;
        let wrong = |problem: String| Err(toml_file::whole(BRAND, problem).into());
        if !PAPERS.contains(&brand.paper.as_str()) {
            return wrong(format!("paper is {}, not `{}`", PAPERS.join(" or "), brand.paper));
        }
        let digits = brand.accent.strip_prefix('#').unwrap_or_default();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return wrong(format!(
                "accent is `#` and six hexadecimal digits, such as #0072b2, not `{}`",
                brand.accent
            ));
        }
        if !brand.logo.is_empty() && !files.contains_key(&brand.logo) {
            return wrong(format!("the logo `{}` is not in the folder", brand.logo));
        }
        Ok(Self { brand, files })
    }

    /// A file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// All files with their names, in the order of these.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }
}

fn shipped_files() -> BTreeMap<String, Vec<u8>> {
    SHIPPED
        .files()
        .map(|file| (file.path().to_string_lossy().into_owned(), file.contents().to_vec()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_is_what_is_the_default() {
        assert_eq!(Stationery::shipped().expect("of its shape").brand, Brand::default());
    }

    #[test]
    fn a_folder_replaces_what_it_has_and_keeps_the_rest() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(BRAND), "company = \"Example\"\naccent = \"#aa0000\"\n")
            .expect("written");
        let own = Stationery::of_folder(folder.path()).expect("of its shape");
        assert_eq!((own.brand.company.as_str(), own.brand.paper.as_str()), ("Example", "a4"));
        assert!(own.file("report.typ").is_some());
    }

    #[test]
    fn mistakes_say_what_is_meant() {
        let told = |text: &str| {
            let folder = tempfile::tempdir().expect("a folder");
            fs::write(folder.path().join(BRAND), text).expect("written");
            Stationery::of_folder(folder.path()).expect_err("wrong").to_string()
        };
        assert!(told("paper = \"a3\"").contains("paper is a4 or us-letter, not `a3`"));
        assert!(told("accent = \"blue\"").contains("six hexadecimal digits"));
        assert!(told("logo = \"logo.svg\"").contains("`logo.svg` is not in the folder"));
        assert!(told("\ncompny = \"x\"").contains("line 2"));
        let missing = Stationery::of_folder(Path::new("/nowhere/at/all")).expect_err("wrong");
        assert!(missing.to_string().contains("`/nowhere/at/all` cannot be read"));
    }
}
