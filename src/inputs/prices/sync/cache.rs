//! The cache: for each source a small TOML file about its sheet, and the sheet under a name made of its digest. The TOML
//! file is replaced as a whole and after the sheet, so whoever reads it finds the sheet that it speaks of.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::inputs::files::write_atomically;

/// What is known of a cached sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// The source.
    pub id: String,
    /// Where it was downloaded.
    pub url: String,
    /// When its bytes first came.
    pub fetched_at: DateTime<Utc>,
    /// When the server last said that it is current.
    pub checked_at: DateTime<Utc>,
    /// Size.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// What the server calls this version.
    pub etag: Option<String>,
    /// When the server says that it changed.
    pub last_modified: Option<String>,
}

/// The file about a sheet.
#[derive(Serialize, Deserialize)]
struct Note {
    url: String,
    fetched_at: String,
    checked_at: String,
    bytes: u64,
    sha256: String,
    etag: Option<String>,
    last_modified: Option<String>,
}

/// What is wrong with the cache.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CacheError {
    /// A file cannot be read or written.
    #[error("`{0}` in the cache: {1}")]
    Io(String, String),
    /// The file about a sheet cannot be understood.
    #[error("`{0}` in the cache is damaged ({1}); `switchpoint prices sync` downloads the sheet anew")]
    Damaged(String, String),
    /// The sheet is not the one that was downloaded.
    #[error(
        "the cached sheet of {0} is not what was downloaded; `switchpoint prices sync {0}` downloads it anew"
    )]
    Changed(String),
}

/// A folder of downloaded sheets.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
}

/// Sheets that nothing speaks of any more are kept for so long: another process may be about to.
const ORPHANS_STAY: Duration = Duration::from_secs(3_600);

impl Cache {
    /// The cache in a folder, which need not exist yet.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.join("prices") }
    }

    /// The user's cache: `$SWITCHPOINT_CACHE`, else `switchpoint` in the folder for caches of the system.
    pub fn of_user() -> Option<Self> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(own) = set("SWITCHPOINT_CACHE") {
            return Some(Self::at(&own));
        }
        let home = || std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
        let caches = set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA")).or_else(|| {
            let of_system = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
            home().map(|home| home.join(of_system))
        });
        caches.map(|folder| Self::at(&folder.join("switchpoint")))
    }

    /// Ids of the sources that have a sheet, in order.
    pub fn ids(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut ids: Vec<String> = names
            .filter_map(|name| Some(name.strip_suffix(".toml")?.to_owned()))
            .filter(|id| !id.starts_with('.'))
            .collect();
        ids.sort();
        ids
    }

    /// What is known of the sheet of a source; `None`: there is none.
    ///
    /// # Errors
    /// When the file about it is damaged.
    pub fn get(&self, id: &str) -> Result<Option<Cached>, CacheError> {
        let file = self.note_file(id);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io(&file, &error)),
        };
        let damaged = |why: String| CacheError::Damaged(file.display().to_string(), why);
        let note: Note = toml::from_str(&text).map_err(|error| damaged(error.message().to_owned()))?;
        let time = |text: &str| {
            let time =
                DateTime::parse_from_rfc3339(text).map_err(|_| damaged(format!("`{text}` is no time")));
            time.map(|time| time.to_utc())
        };
        if note.sha256.len() != 64 || !note.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(damaged("the digest is none".to_owned()));
        }
        Ok(Some(Cached {
            id: id.to_owned(),
            fetched_at: time(&note.fetched_at)?,
            checked_at: time(&note.checked_at)?,
            url: note.url,
            bytes: note.bytes,
            sha256: note.sha256,
            etag: note.etag,
            last_modified: note.last_modified,
        }))
    }

    /// The bytes of a cached sheet.
    ///
    /// # Errors
    /// When they are gone, or not those that were downloaded.
    pub fn body(&self, cached: &Cached) -> Result<Vec<u8>, CacheError> {
        let file = self.body_file(cached);
        let body = fs::read(&file).map_err(|error| io(&file, &error))?;
        let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        if digest == cached.sha256 { Ok(body) } else { Err(CacheError::Changed(cached.id.clone())) }
    }

    /// Puts a sheet into the cache in place of the one before.
    ///
    /// # Errors
    /// When the folder cannot be written; the sheet before is then untouched.
    pub fn put(&self, cached: &Cached, body: &[u8]) -> Result<(), CacheError> {
        fs::create_dir_all(&self.folder).map_err(|error| io(&self.folder, &error))?;
        let file = self.body_file(cached);
        write_atomically(&file, body).map_err(|error| io(&file, &error))?;
        self.note(cached)?;
        self.clean(&cached.id, SystemTime::from(cached.checked_at));
        Ok(())
    }

    /// Replaces what is known of a sheet.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn note(&self, cached: &Cached) -> Result<(), CacheError> {
        let file = self.note_file(&cached.id);
        let text = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
        let note = Note {
            url: cached.url.clone(),
            fetched_at: text(cached.fetched_at),
            checked_at: text(cached.checked_at),
            bytes: cached.bytes,
            sha256: cached.sha256.clone(),
            etag: cached.etag.clone(),
            last_modified: cached.last_modified.clone(),
        };
        let damaged = |error: toml::ser::Error| CacheError::Io(file.display().to_string(), error.to_string());
        let note = toml::to_string(&note).map_err(damaged)?;
        write_atomically(&file, note.as_bytes()).map_err(|error| io(&file, &error))
    }

    /// Removes sheets of a source that nothing speaks of. Failing to is no harm.
    fn clean(&self, id: &str, now: SystemTime) {
        let Ok(Some(current)) = self.get(id) else { return };
        let keep = self.body_file(&current);
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let ours =
                name.strip_prefix(id).is_some_and(|rest| rest.starts_with('.') && rest.ends_with(".sheet"));
            let part = name.starts_with('.') && name.ends_with(".part");
            let written = fs::metadata(&path).and_then(|about| about.modified()).ok();
            let age = written.and_then(|time| now.duration_since(time).ok());
            if (ours || part) && path != keep && age.is_some_and(|age| age > ORPHANS_STAY) {
                let _ = fs::remove_file(&path);
            }
        }
    }

    fn note_file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.toml"))
    }

    fn body_file(&self, cached: &Cached) -> PathBuf {
        self.folder.join(format!("{}.{}.sheet", cached.id, cached.sha256.get(..16).unwrap_or_default()))
    }
}

fn io(path: &Path, error: &std::io::Error) -> CacheError {
    CacheError::Io(path.display().to_string(), error.to_string())
}
